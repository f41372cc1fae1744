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

static const char none[] = "none";
static const char left_label[] = "left-label";
static const char refuse_icann[] = "refuse-icann";
static const char refuse_all[] = "refuse-all";
static const char no[] = "no";
static const char yes[] = "yes";
static const char report[] = "report";
static const char enforce[] = "enforce";
static const char webpki[] = "webpki";
static const char rfc5280[] = "rfc5280";
static const char profile[] = "profile";
static const char as_is[] = "as-is";
static const char required[] = "required";
static const char if_known[] = "if-known";
static const char off[] = "off";

/* clang-format off */
const struct policy_choice policy_choices[DRAFT_KEYS] = {
    [DRAFT_RULES] = {{
        [RULES_RFC9525] = rfc9525,
        [RULES_PYTHON_3_7] = python_3_7,
        [RULES_PYTHON_3_5] = python_3_5,
        [RULES_OPENSSL] = openssl,
    }},
    [DRAFT_COMMON_NAME] = {{
        [RULE_COMMON_NAME_NO] = no,
        [RULE_COMMON_NAME_YES] = yes,
        [POLICY_CHOICE_COMMON_NAME_REPORT] = report,
    }},
    [DRAFT_WILDCARDS] = {{
        [RULE_WILDCARDS_NONE] = none,
        [RULE_WILDCARDS_LEFT_LABEL] = left_label,
    }},
    [DRAFT_WILDCARDS_REPORT] = {{
        [POLICY_CHOICE_REPORT(RULE_WILDCARDS_NONE)] = none,
        [POLICY_CHOICE_REPORT(RULE_WILDCARDS_LEFT_LABEL)] = left_label,
    }},
    [DRAFT_PUBLIC_SUFFIX_WILDCARDS] = {{
        [RULE_PUBLIC_SUFFIX_REFUSE_ICANN] = refuse_icann,
        [RULE_PUBLIC_SUFFIX_REFUSE_ALL] = refuse_all,
    }},
    [DRAFT_PUBLIC_SUFFIX_WILDCARDS_REPORT] = {{
        [POLICY_CHOICE_REPORT(RULE_PUBLIC_SUFFIX_REFUSE_ICANN)] = refuse_icann,
        [POLICY_CHOICE_REPORT(RULE_PUBLIC_SUFFIX_REFUSE_ALL)] = refuse_all,
    }},
    [DRAFT_RULES_REPORT] = {{
        [POLICY_CHOICE_REPORT(RULES_RFC9525)] = rfc9525,
        [POLICY_CHOICE_REPORT(RULES_PYTHON_3_7)] = python_3_7,
        [POLICY_CHOICE_REPORT(RULES_PYTHON_3_5)] = python_3_5,
        [POLICY_CHOICE_REPORT(RULES_OPENSSL)] = openssl,
    }},
    [DRAFT_SUBDOMAINS] = {{
        [POLICY_DEPTH_NONE] = none,
        [POLICY_DEPTH_ONE] = "one",
        [POLICY_DEPTH_ALL] = "all",
    }},
    [DRAFT_PATH] = {{
        [POLICY_PATH_ALWAYS] = "always",
        [POLICY_PATH_REPORT] = report,
        [POLICY_PATH_ON_REQUEST] = "on-request",
    }},
    [DRAFT_CERTIFICATES] = {{
        [POLICY_CERTIFICATES_WEBPKI] = webpki,
        [POLICY_CERTIFICATES_RFC5280] = rfc5280,
    }},
    [DRAFT_CERTIFICATES_REPORT] = {{
        [POLICY_CHOICE_REPORT(POLICY_CERTIFICATES_WEBPKI)] = webpki,
        [POLICY_CHOICE_REPORT(POLICY_CERTIFICATES_RFC5280)] = rfc5280,
    }},
    [DRAFT_ANCHORS] = {{
        [POLICY_ANCHORS_PROFILE] = profile,
        [POLICY_ANCHORS_AS_IS] = as_is,
    }},
    [DRAFT_ANCHORS_REPORT] = {{
        [POLICY_CHOICE_REPORT(POLICY_ANCHORS_PROFILE)] = profile,
        [POLICY_CHOICE_REPORT(POLICY_ANCHORS_AS_IS)] = as_is,
    }},
    [DRAFT_REVOCATION] = {{
        [POLICY_REVOCATION_REQUIRED] = required,
        [POLICY_REVOCATION_IF_KNOWN] = if_known,
        [POLICY_REVOCATION_OFF] = off,
    }},
    [DRAFT_REVOCATION_REPORT] = {{
        [POLICY_CHOICE_REPORT(POLICY_REVOCATION_REQUIRED)] = required,
        [POLICY_CHOICE_REPORT(POLICY_REVOCATION_IF_KNOWN)] = if_known,
        [POLICY_CHOICE_REPORT(POLICY_REVOCATION_OFF)] = off,
    }},
    [DRAFT_REQUEST_TIME] = {{no, yes}},
    [DRAFT_REQUEST_ANCHORS] = {{
        [POLICY_REQUEST_ANCHORS_NO] = no,
        [POLICY_REQUEST_ANCHORS_REPLACE] = "replace",
        [POLICY_REQUEST_ANCHORS_ADD] = "add",
    }},
    [DRAFT_MODE] = {{
        [POLICY_MODE_ENFORCE] = enforce,
        [POLICY_MODE_REPORT] = report,
    }},
    [DRAFT_SCOPE] = {{
        [POLICY_SCOPE_LEAF] = "leaf",
        [POLICY_SCOPE_ISSUER] = "issuer",
        [POLICY_SCOPE_ANCHOR] = "anchor",
        [POLICY_SCOPE_ANY] = "any",
    }},
    [DRAFT_ON_EXPIRY] = {{
        [POLICY_ON_EXPIRY_CLOSED] = "closed",
        [POLICY_ON_EXPIRY_REPORT] = report,
        [POLICY_ON_EXPIRY_OPEN] = "open",
    }},
    [DRAFT_LOCAL_ANCHORS] = {{"apply", "override"}},
#define CHOICE_COUNT(NAME)
#define CHOICE_MS(NAME)
#define CHOICE_BYTES(NAME)
#define CHOICE_SWITCH(NAME) [DRAFT_##NAME] = {{no, yes}},
#define CHOICE(NAME, field, key, unit, built_in, least, most, zero) CHOICE_##unit(NAME)
    LIMITS_TABLE(CHOICE)
};
/* clang-format on */

static int choice_refuse(const struct check *check, const struct draft_section *section,
                         enum draft_key key, const struct draft_value *value)
{
    const struct policy_choice *choice = &policy_choices[key];
    struct policy_excerpt excerpt;
    char known[64] = "";
    size_t len = 0;

    for (size_t i = 0; i < POLICY_CHOICE_WORDS && len < sizeof(known); i++)
        if (choice->words[i])
            len += (size_t)snprintf(known + len, sizeof(known) - len, "%s%s", len == 0 ? "" : ", ",
                                    choice->words[i]);
    return policy_error_set(check->error, section->file, value->line,
                            "%s = \"%s\" is not known: it is one of %s", policy_keys[key].name,
                            policy_excerpt_make(&excerpt, value->text), known);
}

int policy_choice_check(const struct check *check, const struct draft_section *section,
                        enum draft_key key, size_t *indexp)
{
    const struct policy_choice *choice = &policy_choices[key];
    const struct draft_value *value = draft_section_value(section, key);

    if (!value)
        return 0;
    for (size_t i = 0; i < POLICY_CHOICE_WORDS; i++)
        if (choice->words[i] && strcmp(value->text, choice->words[i]) == 0) {
            *indexp = i;
            return 0;
        }
    return choice_refuse(check, section, key, value);
}
