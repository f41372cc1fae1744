/* SPDX-License-Identifier: MIT */
#pragma once

/* Helpers for the tests of references that are not hosts. */

#include <stddef.h>

#include "daemon/identity/match.h"
#include "tests/unit/identity/match_rows.h"

#define BUECHER "b\u00fccher"
#define DOCTOR  "\u533b\u751f"
#define A_LABEL "xn--bcher-kva"

/*
 * A reference, and the identities of a certificate, of which the first one is judged. An
 * IDENTITY_NONE ends the identities.
 */
struct kind_row {
    const char *intent;
    const char *reference;
    enum miss expected;
    struct identity presented[N_PRESENTED];
};

/*
 * Functions that open and close a public suffix list once for all tests of a program, and the list.
 */
void kind_open_suffixes(void);
void kind_close_suffixes(void);
const struct suffix_list *kind_suffixes(void);

size_t kind_count(const struct identity *presented);

/* Parses a reference. The test fails if the reference is refused. */
struct reference kind_reference(enum reference_kind kind, enum rule_set set, const char *text);

/* Calls match_all with a *result that was filled with other values before. */
void kind_judge(const struct match_rules *rules, const struct reference *reference,
                const struct identity *presented, size_t n, struct match_result *result);

/*
 * Checks that the first identity of the row is judged as expected, by itself and among the others,
 * and that a match is a match of this identity. Does so with all settings for common names, which
 * must make no difference.
 */
void kind_check_row(const struct kind_row *row, enum reference_kind kind, enum rule_set set);
