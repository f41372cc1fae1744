/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

/*
 * What decides besides the names: a rule set, and what tightens it. Unset (zero) means as the rule
 * set has it.
 */

enum rule_set {
    RULES_RFC9525 = 0,
    RULES_PYTHON_3_7 = 1,
    RULES_PYTHON_3_5 = 2,
    RULES_OPENSSL = 3,
};

/* Whether X509_check_email is the rule set's word on mailboxes; to the others they are RFC 5280's.
 */
static inline bool rule_set_is_openssl_email(enum rule_set set)
{
    return set == RULES_OPENSSL || set == RULES_PYTHON_3_7;
}

enum rule_common_name {
    RULE_COMMON_NAME_AS_SET = 0, /* rfc9525: no; its peers': as they do */
    RULE_COMMON_NAME_NO = 1,
    RULE_COMMON_NAME_YES = 2,
};

enum rule_wildcards {
    RULE_WILDCARDS_AS_SET = 0,
    RULE_WILDCARDS_NONE = 1,
    RULE_WILDCARDS_LEFT_LABEL = 2, /* only as the whole left-most label */
};

enum rule_public_suffix {
    RULE_PUBLIC_SUFFIX_AS_SET = 0, /* rfc9525: as refuse-icann; its peers': not looked at */
    RULE_PUBLIC_SUFFIX_REFUSE_ICANN = 1,
    RULE_PUBLIC_SUFFIX_REFUSE_ALL = 2, /* private suffixes such as github.io too */
};

struct rules {
    enum rule_set set;
    enum rule_common_name common_name;
    enum rule_wildcards wildcards;
    enum rule_public_suffix public_suffix;
};
