/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Helpers for the tests of the emulated rule sets and of the switches: a public suffix list, and a
 * function for one comparison.
 */

#include <stddef.h>

#include "daemon/identity/match.h"
#include "tests/unit/identity/match_rows.h"

/* Functions that open and close the public suffix list once for all tests of a program. */
void match_open_suffixes(void);
void match_close_suffixes(void);

/*
 * Parses the reference and compares it with up to N_PRESENTED identities by the rules. An
 * IDENTITY_NONE ends the identities. Returns 0, which is not a match, if the reference is refused.
 */
enum match match_ask(const struct rules *rules, const struct identity *presented, const char *text,
                     size_t len, struct reference *reference, struct match_result *result);
