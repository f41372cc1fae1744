/* SPDX-License-Identifier: MIT */
#pragma once

/* The keys whose value is one word of a fixed list. Reading and printing use the same lists. */

#include <stddef.h>

#include "daemon/policy/schema.h"

#define POLICY_KEYWORDS_COUNT 5

/* The index of `common-name = report`, which enum rule_common_name does not have. */
#define POLICY_KEYWORD_COMMON_NAME_REPORT 3

/* The index of a word in the list of a *-report key; 0 there means that the key is not set. */
#define POLICY_KEYWORD_REPORT(value) ((size_t)(value) + 1)

/* The words of one key. The index of a word is its value; a NULL can be no word's index. */
struct policy_keyword_list {
    const char *words[POLICY_KEYWORDS_COUNT]; /* all NULL: the key takes no keyword */
};

extern const struct policy_keyword_list policy_keywords[POLICY_KEYS_COUNT];
