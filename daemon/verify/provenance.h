/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Fills in the parts of a verdict that say what it is based on: path, reference, policy sections
 * and generation.
 */

#include "daemon/verify/candidate.h"
#include "daemon/verify/chain.h"
#include "daemon/verify/context.h"
#include "proto/verdict.h"

/*
 * Marks in verdict->checked what was checked of the path, and fills in verdict->path if the path is
 * valid. The verdict then borrows from `chain`.
 */
void provenance_show_path(struct verdict *verdict, const struct chain *chain);

/*
 * Fills in the candidate's reference, the sections of its rule, and the generation. A rule that the
 * first failure has set (findings_add) stays. `reference` is
 * the candidate's reference in the form of the request; NULL if the request has none. The verdict
 * then borrows from candidate and context.
 */
void provenance_show(struct verdict *verdict, const struct candidate *candidate,
                     const struct request_reference *reference,
                     const struct verify_context *context);
