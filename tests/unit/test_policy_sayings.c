/* SPDX-License-Identifier: MIT */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/policy/policy.h"
#include "tests/unit/policy_fixture.h"

/* Everything that can be said of rules, common name and report, against a model of what it means.
 */

enum { KEY_RULES, KEY_COMMON_NAME, KEY_REPORT, KEYS };

/* What a section may say, nothing first; 1 + enum rule_set, enum rule_common_name and `report`. */
static const struct {
    unsigned n;
    const char *words[5];
} sayings[KEYS] = {
    [KEY_RULES] = {5,
                   {"", "rules = rfc9525", "rules = python-3.7", "rules = python-3.5",
                    "rules = openssl"}},
    [KEY_COMMON_NAME] = {4, {"", "common-name = no", "common-name = yes", "common-name = report"}},
    [KEY_REPORT] = {5,
                    {"", "rules-report = rfc9525", "rules-report = python-3.7",
                     "rules-report = python-3.5", "rules-report = openssl"}},
};

#define SAYINGS_COUNT (5u * 4u * 5u)
#define REPORT        3u

struct saying {
    unsigned chosen[KEYS];
};

static struct saying saying_make(unsigned index)
{
    struct saying saying;

    for (size_t key = 0; key < KEYS; key++) {
        saying.chosen[key] = index % sayings[key].n;
        index /= sayings[key].n;
    }
    return saying;
}

static struct saying saying_inherit(struct saying own, const struct saying *defaults)
{
    for (size_t key = 0; key < KEYS; key++)
        if (own.chosen[key] == 0)
            own.chosen[key] = defaults->chosen[key];
    return own;
}

static unsigned set_of(const struct saying *all)
{
    return all->chosen[KEY_RULES] == 0 ? 1 : all->chosen[KEY_RULES];
}

static bool saying_is_refused(const struct saying *own, const struct saying *all)
{
    return own->chosen[KEY_REPORT] != 0 && own->chosen[KEY_REPORT] == set_of(all) &&
           all->chosen[KEY_COMMON_NAME] != REPORT;
}

static void saying_expect(const struct saying *all, const struct policy_rule *rule,
                          const char *text)
{
    unsigned common_name = all->chosen[KEY_COMMON_NAME];
    unsigned report = all->chosen[KEY_REPORT] == 0 ? set_of(all) : all->chosen[KEY_REPORT];
    struct rules expected = {.set = (enum rule_set)(set_of(all) - 1)};

    expected.common_name = common_name == REPORT ? RULE_COMMON_NAME_YES
                                                 : (enum rule_common_name)common_name;
    rules_expect(text, &rule->rules, &expected);
    ck_assert_msg(rule->has_report == (report != set_of(all) || common_name == REPORT), "%s", text);
    if (!rule->has_report)
        return;
    expected.set = (enum rule_set)(report - 1);
    if (common_name == REPORT)
        expected.common_name = RULE_COMMON_NAME_NO;
    rules_expect(text, &rule->report, &expected);
}

static void print_expect(const struct policy *policy, const char *name, const char *text)
{
    char *printed = print_text(policy);
    struct policy *again = accept_text(printed);
    char *printed_again = print_text(again);

    ck_assert_str_eq(printed, printed_again);
    rule_compare(rule_default(policy), rule_default(again), text);
    rule_compare(rule_of(policy, name), rule_of(again, name), text);
    policy_free(again);
    free(printed_again);
    free(printed);
}

/*
 * All that `defaults` and a domain can say of rules, common name and report, together: what is
 * refused is refused, the rest means what the sections say, and prints and parses back to the same.
 */
START_TEST(test_all_sayings)
{
    unsigned n_accepted = 0;

    for (unsigned i = 0; i < SAYINGS_COUNT * SAYINGS_COUNT; i++) {
        struct saying defaults = saying_make(i % SAYINGS_COUNT);
        struct saying own = saying_make(i / SAYINGS_COUNT);
        struct saying all = saying_inherit(own, &defaults);
        bool refused = saying_is_refused(&defaults, &defaults) || saying_is_refused(&own, &all);
        struct policy *policy = NULL;
        struct policy_error error;
        char text[512] = "defaults { ";

        for (size_t key = 0; key < KEYS; key++)
            strcat(strcat(text, sayings[key].words[defaults.chosen[key]]), " ");
        strcat(text, "}\ndomain d.example { ");
        for (size_t key = 0; key < KEYS; key++)
            strcat(strcat(text, sayings[key].words[own.chosen[key]]), " ");
        strcat(text, "}");
        ck_assert_msg(policy_parse(&policy, "test.conf", text, strlen(text), suffixes, &error) ==
                          (refused ? 1 : 0),
                      "%s", text);
        if (refused)
            continue;
        n_accepted++;
        saying_expect(&defaults, rule_default(policy), text);
        saying_expect(&all, rule_of(policy, "d.example"), text);
        print_expect(policy, "d.example", text);
        policy_free(policy);
    }
    ck_assert_uint_gt(n_accepted, SAYINGS_COUNT * SAYINGS_COUNT / 2);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_all_sayings};

    return policy_suite_run("policy-sayings", tests, ROWS(tests));
}
