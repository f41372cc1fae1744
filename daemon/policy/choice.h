/* SPDX-License-Identifier: MIT */
#pragma once

/* The keys that take one word of a few; reading and printing go by the same table. */

#include <stddef.h>

#include "daemon/policy/draft.h"

#define POLICY_CHOICE_WORDS 5

/* What `common-name = report` is chosen as, above what enum rule_common_name has. */
#define POLICY_CHOICE_COMMON_NAME_REPORT 3

/* `rules-report` and its like count from one: their zero is that nothing else is reported. */
#define POLICY_CHOICE_REPORT(value) ((size_t)(value) + 1)

/* The index of a word is the value; a place without a word is one that nobody can write. */
struct policy_choice {
    const char *words[POLICY_CHOICE_WORDS]; /* all NULL: the key takes any text */
};

extern const struct policy_choice policy_choices[DRAFT_KEYS];

struct check;

/*
 * Looks the value of `key` up; where the section does not have the key, *indexp stays as it is.
 * 0, or 1 if it is no word of that key (see check->error).
 */
int policy_choice_check(const struct check *check, const struct draft_section *section,
                        enum draft_key key, size_t *indexp);
