/* SPDX-License-Identifier: MIT */
#pragma once

/* That a name does not match, in the words and numbers of Python and OpenSSL where they have some.
 */

#include "daemon/verify/candidate.h"
#include "daemon/verify/findings.h"
#include "daemon/verify/words.h"

/* The finding for a candidate of which nothing matches; its message is printed into `words`. */
struct finding mismatch_of(const struct candidate *candidate, const struct identity *identities,
                           size_t n_identities, struct words *words);

/* The same, where only rules that are reported refuse. */
struct finding mismatch_reported(const struct candidate *candidate);
