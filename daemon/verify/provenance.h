/* SPDX-License-Identifier: MIT */
#pragma once

/* The parts of a verdict that show on what it rests: path, reference, sections and generation. */

#include "daemon/verify/candidate.h"
#include "daemon/verify/chain.h"
#include "daemon/verify/context.h"
#include "proto/verdict.h"

/* Marks what was checked of the path and fills in the path if it is valid. Borrows from `chain`. */
void provenance_show_path(struct verdict *verdict, const struct chain *chain);

/*
 * Fills in the candidate's reference, the sections of its rule, and the generation. `reference` is
 * the candidate's, as the request has it; NULL if the request has none. Borrows from candidate and
 * context.
 */
void provenance_show(struct verdict *verdict, const struct candidate *candidate,
                     const struct request_reference *reference,
                     const struct verify_context *context);
