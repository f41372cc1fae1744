/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The keys whose value is one word of a fixed list. Reading and printing use the same lists of
 * words.
 */

#include <stddef.h>

#include "daemon/policy/schema.h"

#define POLICY_KEYWORDS_COUNT 5

/*
 * The index of the word `report` of the key `common-name`. enum rule_common_name does not have this
 * value, since `report` enforces yes and reports no.
 */
#define POLICY_KEYWORD_COMMON_NAME_REPORT 3

/*
 * The index of a word in the list of a key such as `rules-report`, made from the word's enum value.
 * It is one more than the value, because index 0 of these lists means that the key is not set.
 */
#define POLICY_KEYWORD_REPORT(value) ((size_t)(value) + 1)

/*
 * The words of one key. The index of a word is the value of the enum that it stands for. NULL: no
 * word has this index.
 */
struct policy_keyword_list {
    const char *words[POLICY_KEYWORDS_COUNT]; /* all NULL: the key takes no keyword */
};

extern const struct policy_keyword_list policy_keywords[POLICY_KEYS_COUNT];
