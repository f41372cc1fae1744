/* SPDX-License-Identifier: MIT */
#include "daemon/policy/choice.h"

#include <stdio.h>
#include <string.h>

#include "daemon/identity/rules.h"
#include "daemon/policy/check.h"
#include "daemon/policy/error.h"
#include "daemon/policy/table.h"

static const char rfc9525[] = "rfc9525";
static const char python_3_7[] = "python-3.7";
static const char python_3_5[] = "python-3.5";
static const char openssl[] = "openssl";

/* clang-format off */
const struct policy_choice policy_choices[DRAFT_KEYS] = {
    [DRAFT_RULES] = {"rules", {
        [RULES_RFC9525] = rfc9525,
        [RULES_PYTHON_3_7] = python_3_7,
        [RULES_PYTHON_3_5] = python_3_5,
        [RULES_OPENSSL] = openssl,
    }},
    [DRAFT_COMMON_NAME] = {"common-name", {
        [RULE_COMMON_NAME_NO] = "no",
        [RULE_COMMON_NAME_YES] = "yes",
        [POLICY_CHOICE_COMMON_NAME_REPORT] = "report",
    }},
    [DRAFT_WILDCARDS] = {"wildcards", {
        [RULE_WILDCARDS_NONE] = "none",
        [RULE_WILDCARDS_LEFT_LABEL] = "left-label",
    }},
    [DRAFT_PUBLIC_SUFFIX_WILDCARDS] = {"public-suffix-wildcards", {
        [RULE_PUBLIC_SUFFIX_REFUSE_ICANN] = "refuse-icann",
        [RULE_PUBLIC_SUFFIX_REFUSE_ALL] = "refuse-all",
    }},
    [DRAFT_RULES_REPORT] = {"rules-report", {
        [POLICY_CHOICE_REPORT(RULES_RFC9525)] = rfc9525,
        [POLICY_CHOICE_REPORT(RULES_PYTHON_3_7)] = python_3_7,
        [POLICY_CHOICE_REPORT(RULES_PYTHON_3_5)] = python_3_5,
        [POLICY_CHOICE_REPORT(RULES_OPENSSL)] = openssl,
    }},
    [DRAFT_SUBDOMAINS] = {"subdomains", {
        [POLICY_DEPTH_NONE] = "none",
        [POLICY_DEPTH_ONE] = "one",
        [POLICY_DEPTH_ALL] = "all",
    }},
};
/* clang-format on */

static int choice_refuse(const struct check *check, const struct draft_value *value,
                         const struct policy_choice *choice)
{
    struct policy_excerpt excerpt;
    char known[64] = "";
    size_t len = 0;

    for (size_t i = 0; i < POLICY_CHOICE_WORDS && len < sizeof(known); i++)
        if (choice->words[i] != NULL)
            len += (size_t)snprintf(known + len, sizeof(known) - len, "%s%s", len == 0 ? "" : ", ",
                                    choice->words[i]);
    return policy_error_set(check->error, check->policy->file, value->line,
                            "%s = \"%s\" is not known: it is one of %s", choice->key,
                            policy_excerpt_make(&excerpt, value->text), known);
}

int policy_choice_check(const struct check *check, const struct draft_section *section,
                        enum draft_key key, size_t *indexp)
{
    const struct policy_choice *choice = &policy_choices[key];
    const struct draft_value *value = &section->values[key];

    if (value->text == NULL)
        return 0;
    for (size_t i = 0; i < POLICY_CHOICE_WORDS; i++)
        if (choice->words[i] != NULL && strcmp(value->text, choice->words[i]) == 0) {
            *indexp = i;
            return 0;
        }
    return choice_refuse(check, value, choice);
}
