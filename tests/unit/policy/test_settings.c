/* SPDX-License-Identifier: MIT */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/policy/policy.h"
#include "tests/unit/policy/policy_fixture.h"

/* Tests the keys that select rules: how they are read, inherited, reported and printed. */

#define AS_SET RULE_COMMON_NAME_AS_SET
#define NO     RULE_COMMON_NAME_NO
#define YES    RULE_COMMON_NAME_YES

struct key_row {
    const char *intent;
    const char *keys;
    struct rules expected;
};

static const struct key_row key_rows[] = {
    {"nothing", "", {.set = RULES_RFC9525}},
    {"rfc9525", "rules = \"rfc9525\"", {.set = RULES_RFC9525}},
    {"rfc9525 without quotes", "rules = rfc9525", {.set = RULES_RFC9525}},
    {"python-3.7", "rules = \"python-3.7\"", {.set = RULES_PYTHON_3_7}},
    {"python-3.7 in single quotes", "rules = 'python-3.7'", {.set = RULES_PYTHON_3_7}},
    {"python-3.7 without quotes", "rules = python-3.7", {.set = RULES_PYTHON_3_7}},
    {"python-3.7 without blanks", "rules=python-3.7", {.set = RULES_PYTHON_3_7}},
    {"python-3.7 before a comment", "rules=python-3.7# 3.5", {.set = RULES_PYTHON_3_7}},
    {"python-3.7 before another", "rules=python-3.7/* 3.5 */", {.set = RULES_PYTHON_3_7}},
    {"python-3.7 before a third", "rules=python-3.7// 3.5", {.set = RULES_PYTHON_3_7}},
    {"python-3.5", "rules = \"python-3.5\"", {.set = RULES_PYTHON_3_5}},
    {"python-3.5 without quotes", "rules = python-3.5", {.set = RULES_PYTHON_3_5}},
    {"openssl", "rules = \"openssl\"", {.set = RULES_OPENSSL}},
    {"openssl without quotes", "rules = openssl", {.set = RULES_OPENSSL}},
    {"common name off", "common-name = no", {.common_name = NO}},
    {"common name on", "common-name = \"yes\"", {.common_name = YES}},
    {"a peer's common name", "rules = openssl", {.set = RULES_OPENSSL, .common_name = AS_SET}},
    {"a peer's common name off",
     "rules = openssl common-name = no",
     {.set = RULES_OPENSSL, .common_name = NO}},
    {"no wildcards", "wildcards = none", {.wildcards = RULE_WILDCARDS_NONE}},
    {"no partial wildcards", "wildcards = left-label", {.wildcards = RULE_WILDCARDS_LEFT_LABEL}},
    {"the same in quotes", "wildcards = \"left-label\"", {.wildcards = RULE_WILDCARDS_LEFT_LABEL}},
    {"none of a registry's",
     "public-suffix-wildcards = refuse-icann",
     {.public_suffix = RULE_PUBLIC_SUFFIX_REFUSE_ICANN}},
    {"none of anybody's",
     "public-suffix-wildcards = 'refuse-all'",
     {.public_suffix = RULE_PUBLIC_SUFFIX_REFUSE_ALL}},
    {"all of them",
     "rules = python-3.5 wildcards = none public-suffix-wildcards = refuse-all common-name = yes",
     {RULES_PYTHON_3_5, YES, RULE_WILDCARDS_NONE, RULE_PUBLIC_SUFFIX_REFUSE_ALL}},
};

/* Each key has the same meaning in `defaults` and in a domain, quoted and unquoted. */
START_TEST(test_keys)
{
    for (size_t i = 0; i < ROWS(key_rows); i++) {
        const struct key_row *row = &key_rows[i];
        char text[256];
        struct policy *policy;

        snprintf(text, sizeof(text), "defaults { %s\n}", row->keys);
        policy = accept_text(text);
        rules_expect(row->intent, &rule_default(policy)->rules, &row->expected);
        ck_assert_msg(!rule_default(policy)->has_report, "%s", row->intent);
        policy_free(policy);

        snprintf(text, sizeof(text), "domain d.example { %s\n}", row->keys);
        policy = accept_text(text);
        rules_expect(row->intent, &rule_of(policy, "d.example")->rules, &row->expected);
        rules_expect(row->intent, &rule_default(policy)->rules, &(struct rules){0});
        ck_assert_msg(!rule_of(policy, "d.example")->has_report, "%s", row->intent);
        policy_free(policy);
    }
}
END_TEST

/* A closing brace ends an unquoted word. */
START_TEST(test_brace)
{
    struct policy *policy = accept_text("defaults {rules=python-3.7}domain d.example "
                                        "{rules-report=rfc9525}");
    const struct policy_rule *rule = rule_of(policy, "d.example");

    ck_assert_int_eq(rule->rules.set, RULES_PYTHON_3_7);
    ck_assert(rule->has_report);
    ck_assert_int_eq(rule->report.set, RULES_RFC9525);
    policy_free(policy);
}
END_TEST

struct inheritance_row {
    const char *intent;
    const char *defaults;
    const char *domain;
    struct rules expected;
};

static const struct inheritance_row inheritance_rows[] = {
    {"neither says anything", "", "", {.set = RULES_RFC9525}},
    {"the rule set is inherited", "rules = openssl", "", {.set = RULES_OPENSSL}},
    {"and replaced", "rules = openssl", "rules = python-3.5", {.set = RULES_PYTHON_3_5}},
    {"by the one without a key too", "rules = openssl", "rules = rfc9525", {.set = RULES_RFC9525}},
    {"the common name is inherited", "common-name = yes", "", {.common_name = YES}},
    {"and switched off", "common-name = yes", "common-name = no", {.common_name = NO}},
    {"and on", "common-name = no", "common-name = yes", {.common_name = YES}},
    {"unset, it follows the domain's rule set",
     "",
     "rules = python-3.7",
     {.set = RULES_PYTHON_3_7, .common_name = AS_SET}},
    {"set in defaults, it holds under the domain's rule set",
     "common-name = no",
     "rules = python-3.7",
     {.set = RULES_PYTHON_3_7, .common_name = NO}},
    {"so do the other two",
     "wildcards = none public-suffix-wildcards = refuse-all",
     "rules = openssl",
     {RULES_OPENSSL, AS_SET, RULE_WILDCARDS_NONE, RULE_PUBLIC_SUFFIX_REFUSE_ALL}},
    {"wildcards are replaced",
     "wildcards = none",
     "wildcards = left-label",
     {.wildcards = RULE_WILDCARDS_LEFT_LABEL}},
    {"public suffixes are replaced",
     "public-suffix-wildcards = refuse-all",
     "public-suffix-wildcards = refuse-icann",
     {.public_suffix = RULE_PUBLIC_SUFFIX_REFUSE_ICANN}},
    {"each key for itself",
     "rules = openssl common-name = no wildcards = none",
     "wildcards = left-label public-suffix-wildcards = refuse-all",
     {RULES_OPENSSL, NO, RULE_WILDCARDS_LEFT_LABEL, RULE_PUBLIC_SUFFIX_REFUSE_ALL}},
};

/* A domain inherits each key that it does not set from `defaults`, and none from another domain,
 * not even from one above it. The order of the sections does not matter. */
START_TEST(test_inheritance)
{
    for (size_t i = 0; i < 2 * ROWS(inheritance_rows); i++) {
        const struct inheritance_row *row = &inheritance_rows[i / 2];
        char defaults[256], domain[256], text[1024];
        struct policy *policy;

        snprintf(defaults, sizeof(defaults), "defaults { %s }\n", row->defaults);
        snprintf(domain, sizeof(domain), "domain d.example { %s }\n", row->domain);
        snprintf(text, sizeof(text),
                 "%sdomain example.com { subdomains = all rules = python-3.5 common-name = yes }\n"
                 "%sdomain x.d.example { subdomains = all rules = python-3.5 wildcards = none }\n",
                 i % 2 == 0 ? defaults : domain, i % 2 == 0 ? domain : defaults);
        policy = accept_text(text);
        rules_expect(row->intent, &rule_of(policy, "d.example")->rules, &row->expected);
        ck_assert_msg(!rule_of(policy, "d.example")->has_report, "%s", row->intent);
        policy_free(policy);
    }
}
END_TEST

struct report_row {
    const char *intent;
    const char *defaults;
    const char *domain;
    struct rules enforced;
    bool has_report;
    struct rules report;
};

static const struct report_row report_rows[] = {
    {"a common name, reported",
     "",
     "common-name = report",
     {.common_name = YES},
     true,
     {.common_name = NO}},
    {"the same under a peer's rules",
     "",
     "rules = openssl common-name = report",
     {.set = RULES_OPENSSL, .common_name = YES},
     true,
     {.set = RULES_OPENSSL, .common_name = NO}},
    {"inherited",
     "rules = openssl common-name = report",
     "",
     {.set = RULES_OPENSSL, .common_name = YES},
     true,
     {.set = RULES_OPENSSL, .common_name = NO}},
    {"inherited, and ended by no",
     "common-name = report",
     "common-name = no",
     {.common_name = NO},
     false,
     {0}},
    {"inherited, and ended by yes",
     "common-name = report",
     "common-name = yes",
     {.common_name = YES},
     false,
     {0}},
    {"rules, reported",
     "",
     "rules = python-3.7 rules-report = rfc9525",
     {.set = RULES_PYTHON_3_7},
     true,
     {.set = RULES_RFC9525}},
    {"the other way round",
     "",
     "rules-report = openssl",
     {.set = RULES_RFC9525},
     true,
     {.set = RULES_OPENSSL}},
    {"inherited rules, reported",
     "rules-report = rfc9525 rules = python-3.5",
     "",
     {.set = RULES_PYTHON_3_5},
     true,
     {.set = RULES_RFC9525}},
    {"inherited, under other rules",
     "rules-report = rfc9525 rules = python-3.5",
     "rules = openssl",
     {.set = RULES_OPENSSL},
     true,
     {.set = RULES_RFC9525}},
    {"inherited, where they are enforced",
     "rules-report = rfc9525 rules = python-3.5",
     "rules = rfc9525",
     {.set = RULES_RFC9525},
     false,
     {0}},
    {"inherited, and replaced",
     "rules-report = rfc9525 rules = python-3.5",
     "rules-report = openssl",
     {.set = RULES_PYTHON_3_5},
     true,
     {.set = RULES_OPENSSL}},
    {"the same tightening",
     "wildcards = none",
     "rules = openssl common-name = no public-suffix-wildcards = refuse-all rules-report = rfc9525",
     {RULES_OPENSSL, NO, RULE_WILDCARDS_NONE, RULE_PUBLIC_SUFFIX_REFUSE_ALL},
     true,
     {RULES_RFC9525, NO, RULE_WILDCARDS_NONE, RULE_PUBLIC_SUFFIX_REFUSE_ALL}},
    {"a common name that is on is on in both",
     "",
     "rules = openssl common-name = yes rules-report = rfc9525",
     {.set = RULES_OPENSSL, .common_name = YES},
     true,
     {.set = RULES_RFC9525, .common_name = YES}},
    {"both in one",
     "",
     "rules = python-3.5 common-name = report rules-report = rfc9525",
     {.set = RULES_PYTHON_3_5, .common_name = YES},
     true,
     {.set = RULES_RFC9525, .common_name = NO}},
    {"one of each section",
     "rules = openssl rules-report = rfc9525",
     "common-name = report",
     {.set = RULES_OPENSSL, .common_name = YES},
     true,
     {.set = RULES_RFC9525, .common_name = NO}},
    {"the rules enforced, but for the common name",
     "",
     "rules = openssl common-name = report rules-report = openssl",
     {.set = RULES_OPENSSL, .common_name = YES},
     true,
     {.set = RULES_OPENSSL, .common_name = NO}},
    {"the same inherited, of other rules",
     "rules = openssl common-name = report rules-report = openssl",
     "rules = rfc9525",
     {.set = RULES_RFC9525, .common_name = YES},
     true,
     {.set = RULES_OPENSSL, .common_name = NO}},
    {"no wildcards, reported",
     "",
     "wildcards-report = none",
     {.set = RULES_RFC9525},
     true,
     {.wildcards = RULE_WILDCARDS_NONE}},
    {"those that are left, reported",
     "rules = openssl",
     "wildcards-report = left-label",
     {.set = RULES_OPENSSL},
     true,
     {.set = RULES_OPENSSL, .wildcards = RULE_WILDCARDS_LEFT_LABEL}},
    {"public suffixes, reported, beside what is enforced",
     "wildcards = left-label",
     "public-suffix-wildcards-report = refuse-all",
     {.wildcards = RULE_WILDCARDS_LEFT_LABEL},
     true,
     {.wildcards = RULE_WILDCARDS_LEFT_LABEL, .public_suffix = RULE_PUBLIC_SUFFIX_REFUSE_ALL}},
    {"all that is reported is one",
     "rules = openssl common-name = report public-suffix-wildcards-report = refuse-icann",
     "rules-report = rfc9525 wildcards-report = none",
     {.set = RULES_OPENSSL, .common_name = YES},
     true,
     {RULES_RFC9525, NO, RULE_WILDCARDS_NONE, RULE_PUBLIC_SUFFIX_REFUSE_ICANN}},
    {"wildcards inherited, where they are enforced",
     "wildcards-report = none",
     "wildcards = none",
     {.wildcards = RULE_WILDCARDS_NONE},
     false,
     {0}},
    {"the same inherited, without its difference",
     "rules = openssl common-name = report rules-report = openssl",
     "common-name = no",
     {.set = RULES_OPENSSL, .common_name = NO},
     false,
     {0}},
};

/*
 * A report never changes what is enforced, and a rule has a report only where it differs from what
 * is enforced.
 */
START_TEST(test_reports)
{
    for (size_t i = 0; i < ROWS(report_rows); i++) {
        const struct report_row *row = &report_rows[i];
        char text[512];
        struct policy *policy;
        const struct policy_rule *rule;

        snprintf(text, sizeof(text), "defaults { %s }\ndomain d.example { %s }", row->defaults,
                 row->domain);
        policy = accept_text(text);
        rule = rule_of(policy, "d.example");
        rules_expect(row->intent, &rule->rules, &row->enforced);
        ck_assert_msg(rule->has_report == row->has_report, "%s: report", row->intent);
        rules_expect(row->intent, &rule->report, &row->report);
        policy_free(policy);
    }
}
END_TEST

/*
 * Tests the exact canonical text: all keys of `defaults`, in a domain only the keys that differ,
 * and no unset keys.
 */
START_TEST(test_print_rules)
{
    struct policy *policy = accept_text(
        "domain a.example { rules = rfc9525 }\n"
        "domain b.example { common-name = no wildcards = none rules-report = python-3.5 }\n"
        "domain c.example { public-suffix-wildcards = 'refuse-all' common-name = report }\n"
        "defaults { rules = python-3.7 rules-report = rfc9525 }\n");
    char *text = print_text(policy);

    ck_assert_str_eq(text, "defaults {\n    rules = \"python-3.7\"\n"
                           "    rules-report = \"rfc9525\"\n" PRINTED_SETTINGS "}\n"
                           "\ndomain \"a.example\" {\n    subdomains = none\n"
                           "    rules = \"rfc9525\"\n}\n"
                           "\ndomain \"b.example\" {\n    subdomains = none\n"
                           "    common-name = no\n"
                           "    wildcards = none\n    rules-report = \"python-3.5\"\n}\n"
                           "\ndomain \"c.example\" {\n    subdomains = none\n"
                           "    common-name = report\n"
                           "    public-suffix-wildcards = refuse-all\n}\n" PRINTED_LIMITS);
    free(text);
    policy_free(policy);
}
END_TEST

/* If a domain sets a key to the value that it would inherit, the key is not printed. */
START_TEST(test_print_inherited)
{
    struct policy *policy = accept_text("defaults { rules = rfc9525 wildcards = left-label }\n"
                                        "domain a.example { common-name = report }\n"
                                        "domain b.example { wildcards = none rules = rfc9525 }\n");
    char *text = print_text(policy);

    ck_assert_str_eq(text, "defaults {\n    rules = \"rfc9525\"\n"
                           "    wildcards = left-label\n" PRINTED_SETTINGS "}\n"
                           "\ndomain \"a.example\" {\n    subdomains = none\n"
                           "    common-name = report\n}\n"
                           "\ndomain \"b.example\" {\n    subdomains = none\n"
                           "    wildcards = none\n}\n" PRINTED_LIMITS);
    free(text);
    policy_free(policy);
}
END_TEST

static const struct refusal_row refusal_rows[] = {
    {"rules that nobody has", "defaults {\n\n rules = rfc6125\n}", 3,
     "rules = \"rfc6125\" is not known: it is one of rfc9525, python-3.7, python-3.5, openssl"},
    {"a version that is none of them", "domain bank.example {\n rules = python-3.70 }", 2,
     "rules = \"python-3.70\" is not known"},
    {"the beginning of a word", "defaults { rules = python-3 }", 1, "rules = \"python-3\""},
    {"rules in capitals", "defaults { rules = \"RFC9525\" }", 1, "rules = \"RFC9525\""},
    {"no rules", "defaults { rules = '' }", 1, "rules = \"\""},
    {"rules cannot be reported by that word", "defaults { rules = report }", 1,
     "rules = \"report\""},
    {"wildcards that are none", "domain bank.example {\n wildcards\n = any }", 3,
     "wildcards = \"any\" is not known: it is one of none, left-label"},
    {"wildcards cannot be reported", "defaults {\n wildcards = report }", 2,
     "wildcards = \"report\""},
    {"public suffixes cannot be allowed", "defaults {\n public-suffix-wildcards = \"allow\" }", 2,
     "public-suffix-wildcards = \"allow\" is not known: it is one of refuse-icann, refuse-all"},
    {"a report of nothing", "\ndefaults {\n rules-report = none }", 3,
     "rules-report = \"none\" is not known: it is one of rfc9525, python-3.7, python-3.5, "
     "openssl"},
    {"a report of what is enforced", "defaults {\n rules-report = \"openssl\"\n rules = openssl\n}",
     2, "rules-report = \"openssl\" could never differ"},
    {"a report of what is enforced without a key", "defaults {\n\n rules-report = rfc9525\n}", 3,
     "could never differ"},
    {"a domain's report of what is enforced",
     "domain bank.example {\n rules = python-3.5\n rules-report = python-3.5 }", 3,
     "could never differ"},
    {"a domain's report of the rules that it inherits",
     "domain bank.example {\n rules-report = python-3.7 }\ndefaults { rules = python-3.7 }", 2,
     "could never differ"},
    {"the difference is taken back",
     "defaults { common-name = report rules = openssl }\n"
     "domain bank.example {\n common-name = no\n rules-report = openssl }",
     4, "could never differ"},
    {"a report of the rules, twice",
     "defaults { rules = openssl\n rules-report = rfc9525\n rules-report = rfc9525 }", 3,
     "rules-report is given twice in this section, first in line 2"},
    {"rules twice", "domain bank.example {\n rules = openssl\n rules = openssl }", 3,
     "rules is given twice"},
    {"wildcards twice", "defaults {\n wildcards = none wildcards = none }", 2,
     "wildcards is given twice"},
    {"public suffixes twice",
     "defaults { public-suffix-wildcards = refuse-all\npublic-suffix-wildcards = refuse-all }", 2,
     "public-suffix-wildcards is given twice"},
    {"rules for a pinset", "pinset bank {\n rules = openssl }", 2, "no such option 'rules'"},
};

/*
 * A value that is no keyword of its key, and a report that could never differ from what is
 * enforced, are refused with their line.
 */
START_TEST(test_rules_refused)
{
    refuse_rows(refusal_rows, ROWS(refusal_rows));
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_keys,        test_brace,           test_inheritance,   test_reports,
        test_print_rules, test_print_inherited, test_rules_refused,
    };

    return policy_suite_run("policy-rules", tests, ROWS(tests));
}
