/* SPDX-License-Identifier: MIT */
#pragma once

/* The keys that take one word of a few; reading and printing go by the same table. */

#include <stddef.h>

#include "daemon/policy/draft.h"

#define POLICY_CHOICE_WORDS 5

/* What `common-name = report` is chosen as, above what enum rule_common_name has. */
#define POLICY_CHOICE_COMMON_NAME_REPORT 3

/* `rules-report` counts from one: its zero is that no other rule set is reported. */
#define POLICY_CHOICE_REPORT(set) ((size_t)(set) + 1)

/* The index of a word is the value; a place without a word is one that nobody can write. */
struct policy_choice {
    const char *key; /* NULL: the key takes any text */
    const char *words[POLICY_CHOICE_WORDS];
};

extern const struct policy_choice policy_choices[DRAFT_KEYS];

struct check;

/*
 * Looks the value of `key` up; where the section does not have the key, *indexp stays as it is.
 * 0, or 1 if it is no word of that key (see check->error).
 */
int policy_choice_check(const struct check *check, const struct draft_section *section,
                        enum draft_key key, size_t *indexp);
