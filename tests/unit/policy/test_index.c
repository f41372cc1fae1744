/* SPDX-License-Identifier: MIT */

/*
 * Compares the section that the hash index finds with the one that a search through all sections
 * for every suffix of the name finds. Names with more labels than a title can have are tested too.
 */

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "daemon/policy/index.h"
#include "tests/unit/policy/policy_fixture.h"

#define DOMAINS_COUNT 300
#define ASKED_COUNT   20000

static const char *const depths[] = {"none", "one", "all"};

struct domain {
    char title[64];
    unsigned depth; /* index into `depths` */
};

/*
 * Makes a random name out of few different labels, so that many names are covered by many sections.
 */
static void make_name(unsigned *state, char name[static 64], bool is_odd)
{
    static const char *const labels[] = {"a", "b", "ab", "ba", "aab", "abab"};
    unsigned n = 1 + random_next(state, 5);

    name[0] = '\0';
    for (unsigned i = 0; i < n; i++) {
        strcat(name, labels[random_next(state, ROWS(labels))]);
        strcat(name, is_odd && random_next(state, 20) == 0 ? ".." : ".");
    }
    strcat(name, "example");
    if (!is_odd)
        return;
    if (random_next(state, 4) == 0)
        strcat(name, random_next(state, 4) == 0 ? ".." : ".");
    for (char *c = name; *c != '\0'; c++)
        if (*c >= 'a' && random_next(state, 4) == 0)
            *c = (char)(*c - 'a' + 'A');
}

static bool is_among(const struct domain *domains, size_t n, const char *title)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(domains[i].title, title) == 0)
            return true;
    return false;
}

static struct policy *make_policy(unsigned *state, struct domain *domains)
{
    static char text[DOMAINS_COUNT * 128];
    size_t len = 0;

    for (size_t i = 0; i < DOMAINS_COUNT; i++) {
        do
            make_name(state, domains[i].title, false);
        while (is_among(domains, i, domains[i].title));
        domains[i].depth = random_next(state, ROWS(depths));
        len += (size_t)snprintf(text + len, sizeof(text) - len,
                                "domain \"%s\" { subdomains = %s }\n", domains[i].title,
                                depths[domains[i].depth]);
    }
    return accept_text(text);
}

/* Returns the line of the section that should decide for the name; 0 for none. */
static unsigned expected_line(const struct domain *domains, const char *name)
{
    char whole[64];
    const char *part = whole;

    strcpy(whole, name);
    if (whole[strlen(whole) - 1] == '.')
        whole[strlen(whole) - 1] = '\0';
    for (unsigned n_below = 0;; n_below++) {
        for (unsigned i = 0; i < DOMAINS_COUNT; i++)
            if (strcasecmp(domains[i].title, part) == 0 &&
                (n_below == 0 || domains[i].depth == 2 || (n_below == 1 && domains[i].depth == 1)))
                return i + 1;
        part = strchr(part, '.');
        if (!part)
            return 0;
        part++;
    }
}

START_TEST(test_as_by_definition)
{
    static struct domain domains[DOMAINS_COUNT];
    unsigned state = 1, n_found = 0;

    for (unsigned round = 0; round < 3; round++) {
        struct policy *policy = make_policy(&state, domains);

        for (unsigned i = 0; i < ASKED_COUNT; i++) {
            char name[64];
            const struct policy_rule *rule;
            unsigned line;

            make_name(&state, name, true);
            line = expected_line(domains, name);
            rule = rule_of(policy, name);
            ck_assert_msg(rule->origin.line == line, "%s: line %u, not %u", name, rule->origin.line,
                          line);
            n_found += line != 0;
        }
        policy_free(policy);
    }
    ck_assert_uint_gt(n_found, ASKED_COUNT / 2);
    ck_assert_uint_lt(n_found, 3 * ASKED_COUNT - ASKED_COUNT / 2);
}
END_TEST

static char *make_labels(size_t n)
{
    char *name = text_fill("", 'a', 2 * n - 1);

    for (size_t i = 1; i < 2 * n - 1; i += 2)
        name[i] = '.';
    return name;
}

/* A title has at most 127 labels; some rule sets accept references with more labels. */
START_TEST(test_many_labels)
{
    static const size_t n_labels[] = {126, 127, 128, 129, 130, 131, 255, 1000};

    for (unsigned depth = 0; depth < ROWS(depths); depth++) {
        char *title = make_labels(127);
        char text[512];
        struct policy *policy;

        snprintf(text, sizeof(text), "domain \"%s\" { subdomains = %s }\n", title, depths[depth]);
        policy = accept_text(text);
        for (size_t i = 0; i < ROWS(n_labels); i++) {
            char *name = make_labels(n_labels[i]);
            size_t n_below = n_labels[i] - 127;
            bool is_covered = n_labels[i] == 127 ||
                              (n_labels[i] > 127 && (depth == 2 || (depth == 1 && n_below == 1)));

            ck_assert_msg(rule_of(policy, name)->origin.line == is_covered, "%zu labels, %s",
                          n_labels[i], depths[depth]);
            free(name);
        }
        policy_free(policy);
        free(title);
    }
}
END_TEST

START_TEST(test_empty_index)
{
    struct policy_index index = {0};
    struct policy_suffix parts[POLICY_SUFFIXES_COUNT];

    ck_assert_uint_eq(policy_index_suffixes(parts, "", 0), 0);
    ck_assert_uint_eq(policy_index_suffixes(parts, ".", 1), 0);
    ck_assert_uint_eq(policy_index_suffixes(parts, "a.b", 3), 2);
    ck_assert_uint_eq(policy_index_find(&index, &parts[0]), POLICY_INDEX_NONE);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_as_by_definition, test_many_labels, test_empty_index};

    return policy_suite_run("policy index", tests, ROWS(tests));
}
