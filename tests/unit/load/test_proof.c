/* SPDX-License-Identifier: MIT */

/* Tests that an epoch passes its proof, and that one whose tables have lost a section does not. */

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/load/proof.h"
#include "daemon/policy/internal.h"
#include "tests/unit/load/load_fixture.h"

static const struct epoch_number first = {.generation = 1, .epoch = 1};

static const char whole[] =
    "pinset p { spki-sha256 = { \"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\", "
    "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE=\" } }\n"
    "domain \"a.example\" { path = always }\n"
    "domain \"b.example\" { pinset = p }\n"
    "domain \"c.example\" { subdomains = all\n wildcards = none }\n"
    "domain \"192.0.2.1\" { path = always }\n"
    "domain \"2001:db8::/32\" { path = always }\n"
    "deny d { names = { \"d.example\", \"198.51.100.0/24\" } }\n";

static struct epoch *load(struct load_fixture *fixture, const char *text)
{
    struct policy_error error = {0};
    struct epoch *epoch = NULL;

    load_fixture_init(fixture);
    load_fixture_write(fixture, text);
    ck_assert_msg(epoch_load(&epoch, &fixture->sources, first, &error) == 0, "%s", error.message);
    return epoch;
}

START_TEST(test_good)
{
    static const char *const texts[] = {"", whole, "defaults { rules = openssl }\n"};

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct load_fixture fixture;
        struct policy_error error = {0};
        struct epoch *epoch = load(&fixture, texts[i]);

        ck_assert_msg(proof_check(epoch, &error) == 0, "%s", error.message);
        epoch_free(epoch);
        load_fixture_deinit(&fixture);
    }
}
END_TEST

/*
 * Removes a section from the tables but not from the parsed configuration. A failed allocation once
 * had that effect.
 */
START_TEST(test_lost_section)
{
    static const struct {
        const char *fragment;
        unsigned line;
    } rows[] = {
        {"path = always does not hold for a.example", 2},
        {"pinset does not hold for b.example", 3},
        {"wildcards = none does not hold for c.example", 4},
        {"path = always does not hold for 192.0.2.1", 6},
        {"path = always does not hold for 2001:db8::", 7},
        {"the denial does not hold for d.example", 8},
    };
    struct load_fixture fixture;
    struct epoch *epoch = load(&fixture, whole);
    /* Gives the epoch the parsed sections of one policy, whose claims are tested, and the tables of
     * another. */
    struct policy *policy = (struct policy *)(uintptr_t)epoch_context(epoch)->policy;
    struct policy empty = {0}, *built_in = NULL;

    ck_assert_int_eq(policy_builtin(&built_in), 0);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct policy_error error = {0};
        struct parsed_config config = policy->config;
        struct policy saved = *policy;
        size_t kind = i == 5 ? POLICY_SECTION_DENY : POLICY_SECTION_DOMAIN;

        /* Only the parsed section of this row is left. */
        memset(policy->config.lists, 0, sizeof(policy->config.lists));
        policy->config.lists[kind] = config.lists[kind];
        policy->config.lists[kind].sections += i == 5 ? 0 : i;
        policy->config.lists[kind].n_sections = 1;
        policy->domains = empty.domains;
        policy->n_domains = 0;
        policy->n_entries = 0;
        policy->n_ip_entries = 0;
        policy->n_ip_levels = 0;
        policy->index = built_in->index;
        policy->n_denies = 0;
        ck_assert_int_eq(proof_check(epoch, &error), 1);
        ck_assert_msg(strstr(error.message, rows[i].fragment) != NULL, "%s", error.message);
        ck_assert_uint_eq(error.line, rows[i].line);
        ck_assert_str_eq(error.file, fixture.config);
        *policy = saved;
    }
    policy_free(built_in);
    epoch_free(epoch);
    load_fixture_deinit(&fixture);
}
END_TEST

START_TEST(test_changed_meanwhile)
{
    struct load_fixture fixture;
    struct policy_error error = {0};
    struct epoch *epoch = load(&fixture, whole);
    struct generation *generation = NULL;

    ck_assert_int_eq(generation_load(&generation, &fixture.sources, &error), 0);
    ck_assert_int_eq(proof_read_again(generation, &fixture.sources, &error), 0);
    load_fixture_write(&fixture, "");
    ck_assert_int_eq(proof_read_again(generation, &fixture.sources, &error), PROOF_CHANGED);
    ck_assert_ptr_nonnull(strstr(error.message, "changed while it was read"));
    generation_unref(generation);
    epoch_free(epoch);
    load_fixture_deinit(&fixture);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_good, test_lost_section, test_changed_meanwhile};

    return load_fixture_run("proof", tests, sizeof(tests) / sizeof(tests[0]));
}
