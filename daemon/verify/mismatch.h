/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Makes the findings that a name does not match, with the messages and numbers of Python and
 * OpenSSL where these have any.
 */

#include "daemon/verify/candidate.h"
#include "daemon/verify/findings.h"
#include "daemon/verify/words.h"

/* Returns the finding for a candidate that no presented identity matches. Its message is printed
 * into `words`. */
struct finding mismatch_of(const struct candidate *candidate, const struct identity *identities,
                           size_t n_identities, struct words *words);

/*
 * Returns the finding for a candidate that matches by the rules that are enforced and not by those
 * that are only reported. Its message, which is printed into `words`, names the keys.
 */
struct finding mismatch_reported(const struct candidate *candidate, struct words *words);
