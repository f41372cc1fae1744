/* SPDX-License-Identifier: MIT */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/policy/policy.h"
#include "tests/unit/policy/policy_fixture.h"

/*
 * Tests all combinations of `rules`, `common-name` and `rules-report` against a model of what they
 * mean.
 */

enum { KEY_RULES, KEY_COMMON_NAME, KEY_REPORT, KEYS };

/*
 * The texts of a section for each key; the first one leaves the key out. The index of a text is 1 +
 * the value of enum rule_set for the rules, and enum rule_common_name or `report` for the common
 * name.
 */
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
 * Goes through all combinations in `defaults` and in a domain. Those that the model refuses are
 * refused. The others mean what the model says, and their printed text means the same.
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

/*
 * The keys that have a report key with the same keywords. `settled` is the keyword that rfc9525
 * stands for while the key is unset, as 1 + an index of `words`; it does not apply under a rule set
 * that emulates another program.
 */
static const struct {
    const char *key, *words[2];
    unsigned settled;
} switches[] = {
    {"wildcards", {"none", "left-label"}, 2},
    {"public-suffix-wildcards", {"refuse-icann", "refuse-all"}, 1},
};

/*
 * The keywords that a section sets for one of the switches: 0 for none, else 1 + an index of
 * `words`.
 */
struct choice {
    bool is_openssl; /* the section sets `rules = openssl`, which is not inherited */
    unsigned enforced, reported;
};

static struct choice choice_make(unsigned index)
{
    return (struct choice){index % 2 == 1, index / 2 % 3, index / 6 % 3};
}

static void choice_say(char *text, size_t size, size_t at, const struct choice *choice)
{
    size_t len = (size_t)snprintf(text, size, "rules = %s",
                                  choice->is_openssl ? "openssl" : "rfc9525");

    if (choice->enforced > 0)
        len += (size_t)snprintf(text + len, size - len, " %s = %s", switches[at].key,
                                switches[at].words[choice->enforced - 1]);
    if (choice->reported > 0)
        snprintf(text + len, size - len, " %s-report = %s", switches[at].key,
                 switches[at].words[choice->reported - 1]);
}

static bool choice_is_refused(size_t at, const struct choice *own, const struct choice *all)
{
    unsigned settled = all->is_openssl ? 0 : switches[at].settled;

    return own->reported > 0 && own->reported == (all->enforced > 0 ? all->enforced : settled);
}

static void choice_expect(size_t at, const struct choice *all, const struct policy_rule *rule,
                          const char *text)
{
    unsigned reported = all->reported > 0 ? all->reported : all->enforced;
    unsigned rules[] = {rule->rules.wildcards, rule->rules.public_suffix};
    unsigned report[] = {rule->report.wildcards, rule->report.public_suffix};

    ck_assert_msg(rules[at] == all->enforced, "%s", text);
    ck_assert_msg(rule->has_report == (reported != all->enforced), "%s", text);
    ck_assert_msg(report[at] == (rule->has_report ? reported : 0), "%s", text);
    ck_assert_msg(rules[1 - at] == 0 && report[1 - at] == 0, "%s", text);
}

static bool choice_try(size_t at, struct choice defaults, struct choice own)
{
    struct choice all = own;
    char first[128], second[128], text[512];
    struct policy *policy = NULL;
    struct policy_error error;
    bool refused;

    all.enforced = own.enforced > 0 ? own.enforced : defaults.enforced;
    all.reported = own.reported > 0 ? own.reported : defaults.reported;
    refused = choice_is_refused(at, &defaults, &defaults) || choice_is_refused(at, &own, &all);
    choice_say(first, sizeof(first), at, &defaults);
    choice_say(second, sizeof(second), at, &own);
    snprintf(text, sizeof(text), "defaults { %s }\ndomain d.example { %s }", first, second);
    ck_assert_msg(policy_parse(&policy, "test.conf", text, strlen(text), suffixes, &error) ==
                      (refused ? 1 : 0),
                  "%s", text);
    if (refused)
        return false;
    choice_expect(at, &defaults, rule_default(policy), text);
    choice_expect(at, &all, rule_of(policy, "d.example"), text);
    print_expect(policy, "d.example", text);
    policy_free(policy);
    return true;
}

/*
 * Tests all combinations of a switch about wildcards and its report, under rfc9525, which defines
 * the meaning of an unset switch, and under a rule set that does not.
 */
START_TEST(test_all_switches)
{
    unsigned n_accepted = 0;

    for (size_t at = 0; at < ROWS(switches); at++)
        for (unsigned i = 0; i < 18 * 18; i++)
            n_accepted += choice_try(at, choice_make(i % 18), choice_make(i / 18));
    ck_assert_uint_gt(n_accepted, 18 * 18 / 2);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_all_sayings, test_all_switches};

    return policy_suite_run("policy-sayings", tests, ROWS(tests));
}
