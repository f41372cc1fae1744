/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The rules of a comparison: a rule set and the switches that change it. A switch with the value 0
 * (…_AS_SET) leaves the decision to the rule set.
 */

#include <stdbool.h>

enum rule_set {
    RULES_RFC9525 = 0, /* RFC 9525 */
    /* Python 3.7 and later, which call X509_check_host without partial wildcards */
    RULES_PYTHON_3_7 = 1,
    RULES_PYTHON_3_5 = 2, /* Python 3.5 and 3.6, by their match_hostname() */
    RULES_OPENSSL = 3,    /* OpenSSL: X509_check_host with its default flags */
};

/*
 * Returns whether the rule set compares mailboxes as X509_check_email does. The other rule sets
 * follow RFC 5280.
 */
static inline bool rule_set_is_openssl_email(enum rule_set set)
{
    return set == RULES_OPENSSL || set == RULES_PYTHON_3_7;
}

enum rule_common_name {
    RULE_COMMON_NAME_AS_SET = 0, /* rfc9525: no; other rule sets: as the emulated program does */
    RULE_COMMON_NAME_NO = 1,
    RULE_COMMON_NAME_YES = 2,
};

enum rule_wildcards {
    RULE_WILDCARDS_AS_SET = 0,
    RULE_WILDCARDS_NONE = 1,
    RULE_WILDCARDS_LEFT_LABEL = 2, /* only if the star is the whole left-most label */
};

enum rule_public_suffix {
    /* rfc9525: refuse-icann; other rule sets: public suffixes are not considered */
    RULE_PUBLIC_SUFFIX_AS_SET = 0,
    RULE_PUBLIC_SUFFIX_REFUSE_ICANN = 1,
    RULE_PUBLIC_SUFFIX_REFUSE_ALL = 2, /* also below private suffixes such as github.io */
};

struct rules {
    enum rule_set set;
    enum rule_common_name common_name;
    enum rule_wildcards wildcards;
    enum rule_public_suffix public_suffix;
};
