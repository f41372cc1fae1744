/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Questions that have the names of a certificate instead of the certificate. They are answered only
 * if the policy needs nothing else of the certificate, so that such a question is never accepted
 * where the certificate itself might be refused.
 */

#include "daemon/identity/identity.h"
#include "daemon/policy/policy.h"
#include "daemon/verify/candidate.h"
#include "proto/request.h"

/*
 * Returns why names are not enough for this candidate, as the end of a sentence: its rule has a
 * path validated (even if that is only reported) or keys pinned, or the policy denies certificates
 * by key or serial number. Returns NULL if names are enough. The text is static.
 */
const char *names_only_refusal(const struct policy *policy, const struct candidate *candidate);

/*
 * Returns the request's n_names names as presented identities, which point into the request. The
 * caller frees the array; NULL if memory ran out.
 */
struct identity *names_only_identities(const struct request *request);
