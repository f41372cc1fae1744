/* SPDX-License-Identifier: MIT */
#pragma once

/* Helpers for the tests of the emulated rule sets and of the switches: the suffix list, and one
 * comparison. */

#include <stddef.h>

#include "daemon/identity/match.h"
#include "tests/unit/identity/match_rows.h"

/* Fixtures that run once for all cases of a program. */
void match_open_suffixes(void);
void match_close_suffixes(void);

/*
 * Compares up to N_PRESENTED identities (an IDENTITY_NONE ends them) by the rules. Returns 0 if the
 * reference is refused, which is not a match either.
 */
enum match match_ask(const struct rules *rules, const struct identity *presented, const char *text,
                     size_t len, struct reference *reference, struct match_result *result);
