/* SPDX-License-Identifier: MIT */
#pragma once

/* What the tests of references that are no hosts share. */

#include <stddef.h>

#include "daemon/identity/match.h"
#include "tests/unit/identity/match_rows.h"

#define BUECHER "b\u00fccher"
#define DOCTOR  "\u533b\u751f"
#define A_LABEL "xn--bcher-kva"

/* Of several identities the first is the one in question; an IDENTITY_NONE ends them. */
struct kind_row {
    const char *intent;
    const char *reference;
    enum miss expected;
    struct identity presented[N_PRESENTED];
};

/* Fixtures: once for all cases of a program; and what they opened. */
void kind_open_suffixes(void);
void kind_close_suffixes(void);
const struct suffix_list *kind_suffixes(void);

size_t kind_count(const struct identity *presented);

/* A reference that has to be one. */
struct reference kind_reference(enum reference_kind kind, enum rule_set set, const char *text);

/* match_all into a result that held something else. */
void kind_judge(const struct match_rules *rules, const struct reference *reference,
                const struct identity *presented, size_t n, struct match_result *result);

/*
 * The first identity is judged as expected, alone and among the others; and a match is a match of
 * it. No switch of the common name changes anything.
 */
void kind_check_row(const struct kind_row *row, enum reference_kind kind, enum rule_set set);
