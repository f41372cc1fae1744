/* SPDX-License-Identifier: MIT */
#include "daemon/verify/selftest.h"

#include <stdbool.h>
#include <string.h>

#include "daemon/identity/match.h"

struct selftest_row {
    const char *what;
    struct rules rules;
    enum identity_type type;
    const char *presented;
    const char *reference;
    bool matches;
};

/*
 * For each switch there are two rows that differ only in the switch, so that one of them fails if
 * the switch has no effect.
 */
static const struct selftest_row rows[] = {
    {"a name", {0}, IDENTITY_DNS, "a.example.com", "A.example.COM", true},
    {"another name", {0}, IDENTITY_DNS, "a.example.com", "b.example.com", false},
    {"a longer name", {0}, IDENTITY_DNS, "a.example.com", "a.example.com.evil.example", false},
    {"a star", {0}, IDENTITY_DNS, "*.example.com", "b.example.com", true},
    {"a star for two labels", {0}, IDENTITY_DNS, "*.example.com", "a.b.example.com", false},
    {"a star for none", {0}, IDENTITY_DNS, "*.example.com", "example.com", false},
    {"a star in a label", {0}, IDENTITY_DNS, "w*.example.com", "www.example.com", false},
    {"a star under a public suffix", {0}, IDENTITY_DNS, "*.co.uk", "example.co.uk", false},
    {"a star under an unknown suffix", {0}, IDENTITY_DNS, "*.intranet", "a.intranet", false},
    {"a U-label",
     {0},
     IDENTITY_DNS,
     "xn--bcher-kva.example",
     "b\xc3\xbc"
     "cher.example",
     true},
    {"a URI for a host", {0}, IDENTITY_URI, "a.example.com", "a.example.com", false},
    {"a name for an address", {0}, IDENTITY_DNS, "192.0.2.1", "192.0.2.1", false},
    {"an address", {0}, IDENTITY_IP, "\xc0\x08\x02\x01", "192.8.2.1", true},
    {"another address", {0}, IDENTITY_IP, "\xc0\x08\x02\x01", "192.8.2.2", false},
    {"wildcards off",
     {.wildcards = RULE_WILDCARDS_NONE},
     IDENTITY_DNS,
     "*.example.com",
     "b.example.com",
     false},
    {"private suffixes let be",
     {.public_suffix = RULE_PUBLIC_SUFFIX_REFUSE_ICANN},
     IDENTITY_DNS,
     "*.github.io",
     "a.github.io",
     true},
    {"private suffixes refused",
     {.public_suffix = RULE_PUBLIC_SUFFIX_REFUSE_ALL},
     IDENTITY_DNS,
     "*.github.io",
     "a.github.io",
     false},
    {"the common name off", {0}, IDENTITY_CN, "a.example.com", "a.example.com", false},
    {"the common name on",
     {.common_name = RULE_COMMON_NAME_YES},
     IDENTITY_CN,
     "a.example.com",
     "a.example.com",
     true},
    {"openssl: a star in a label",
     {.set = RULES_OPENSSL},
     IDENTITY_DNS,
     "w*.example.com",
     "www.example.com",
     true},
    {"openssl: a star over a top-level domain",
     {.set = RULES_OPENSSL},
     IDENTITY_DNS,
     "*.com",
     "example.com",
     false},
    {"openssl: the common name",
     {.set = RULES_OPENSSL},
     IDENTITY_CN,
     "a.example.com",
     "a.example.com",
     true},
    {"openssl: the common name off",
     {.set = RULES_OPENSSL, .common_name = RULE_COMMON_NAME_NO},
     IDENTITY_CN,
     "a.example.com",
     "a.example.com",
     false},
    {"openssl: wildcards off",
     {.set = RULES_OPENSSL, .wildcards = RULE_WILDCARDS_NONE},
     IDENTITY_DNS,
     "*.example.com",
     "a.example.com",
     false},
    {"python-3.7: a star in a label",
     {.set = RULES_PYTHON_3_7},
     IDENTITY_DNS,
     "w*.example.com",
     "www.example.com",
     false},
    {"python-3.7: the common name",
     {.set = RULES_PYTHON_3_7},
     IDENTITY_CN,
     "a.example.com",
     "a.example.com",
     true},
    {"python-3.7: the common name off",
     {.set = RULES_PYTHON_3_7, .common_name = RULE_COMMON_NAME_NO},
     IDENTITY_CN,
     "a.example.com",
     "a.example.com",
     false},
    {"python-3.5: a star within a label",
     {.set = RULES_PYTHON_3_5},
     IDENTITY_DNS,
     "w*w.example.com",
     "www.example.com",
     true},
    {"python-3.5: a star in an A-label",
     {.set = RULES_PYTHON_3_5},
     IDENTITY_DNS,
     "xn--*.example.com",
     "xn--bcher-kva.example.com",
     false},
    {"python-3.5: the common name off",
     {.set = RULES_PYTHON_3_5, .common_name = RULE_COMMON_NAME_NO},
     IDENTITY_CN,
     "a.example.com",
     "a.example.com",
     false},
};

static bool is_as_expected(const struct selftest_row *row, const struct suffix_list *suffixes)
{
    const struct match_rules rules = {.suffixes = suffixes, .rules = row->rules};
    const struct identity presented = {
        .type = row->type,
        .data = (const uint8_t *)row->presented,
        .len = strlen(row->presented),
    };
    struct reference reference;
    struct match_result result;

    if (reference_host_parse(&reference, row->rules.set, (const uint8_t *)row->reference,
                             strlen(row->reference)))
        return false;
    match_all(&rules, &reference, &presented, 1, &result);
    return (result.match == MATCH_FOUND) == row->matches;
}

int selftest_run(const struct suffix_list *suffixes, const char **whatp)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        *whatp = rows[i].what;
        if (!is_as_expected(&rows[i], suffixes))
            return (int)i + 1;
    }
    return 0;
}
