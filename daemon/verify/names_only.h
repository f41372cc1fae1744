/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Questions with the names of a certificate instead of the certificate. They are answered only
 * where the policy needs nothing else of it: such a question must never be accepted where the
 * certificate itself might have been refused.
 */

#include "daemon/identity/identity.h"
#include "daemon/policy/policy.h"
#include "daemon/verify/candidate.h"
#include "proto/request.h"

/*
 * Returns why names are not enough for the candidate, as the end of a sentence: its rule has a
 * path validated (also if that is only reported) or keys pinned, or a section of the policy denies
 * certificates by key or serial number. Returns NULL if names are enough. The text is static.
 */
const char *names_only_refusal(const struct policy *policy, const struct candidate *candidate);

/* Returns the request's n_names names as presented identities, which borrow from the request. The
 * array is the caller's to free; NULL without memory. */
struct identity *names_only_identities(const struct request *request);
