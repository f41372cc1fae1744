/* SPDX-License-Identifier: MIT */
#pragma once

/* What the tests of the peers' rule sets and of the switches share: the suffix list, and one
 * question. */

#include <stddef.h>

#include "daemon/identity/match.h"
#include "tests/unit/identity/match_rows.h"

/* Fixtures: once for all cases of a program. */
void match_open_suffixes(void);
void match_close_suffixes(void);

/*
 * Judges up to N_PRESENTED identities (an IDENTITY_NONE ends them) by the rules. 0 where the
 * reference is refused: that is no match either.
 */
enum match match_ask(const struct rules *rules, const struct identity *presented, const char *text,
                     size_t len, struct reference *reference, struct match_result *result);
