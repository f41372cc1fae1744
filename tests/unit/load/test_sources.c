/* SPDX-License-Identifier: MIT */

/*
 * Tests where the configuration is loaded from: a file that the command line names is read alone
 * and under its absolute path, and its absence is an error.
 */

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/load/sources.h"
#include "tests/unit/load/load_fixture.h"

static struct policy *load(const struct sources *sources, int expected, struct policy_error *error)
{
    struct policy *policy = NULL;
    struct suffix_list *suffixes = NULL;

    ck_assert_int_eq(suffix_list_open(&suffixes), 0);
    ck_assert_int_eq(sources_load(sources, &policy, suffixes, error), expected);
    suffix_list_close(suffixes);
    return policy;
}

START_TEST(test_absolute_path)
{
    struct load_fixture fixture;
    struct sources sources = {.path = "test.conf"};
    struct policy_error error = {0};
    struct policy *policy;

    load_fixture_init(&fixture);
    load_fixture_write(&fixture, "domain \"a.example\" { subdomains = all }\n");
    ck_assert_int_eq(chdir(fixture.folder), 0);
    policy = load(&sources, 0, &error);
    ck_assert_uint_eq(policy_files(policy).n_texts, 1);
    ck_assert_str_eq(policy_files(policy).texts[0], fixture.config);
    policy_free(policy);
    load_fixture_deinit(&fixture);
}
END_TEST

START_TEST(test_absent)
{
    struct load_fixture fixture;
    struct policy_error error = {0};

    load_fixture_init(&fixture);
    ck_assert_ptr_null(load(&fixture.sources, 1, &error));
    ck_assert_str_eq(error.file, fixture.config);
    load_fixture_deinit(&fixture);
}
END_TEST

START_TEST(test_long_path)
{
    char path[1024];
    const struct sources sources = {.path = path};
    struct policy_error error = {0};

    memset(path, 'a', sizeof(path) - 1);
    path[0] = '/';
    path[sizeof(path) - 1] = '\0';
    ck_assert_ptr_null(load(&sources, 1, &error));
    ck_assert_ptr_nonnull(strstr(error.message, "every verdict"));
}
END_TEST

/*
 * A reload requires a main file if there is one when sources_settle is called, or if it was
 * required before.
 */
START_TEST(test_settle)
{
    struct sources sources = {.path = "/x.conf"};

    ck_assert(sources_settle(&sources).main_required);
    ck_assert_str_eq(sources_main(&sources), "/x.conf");
    sources = (struct sources){.main_required = true};
    ck_assert_ptr_nonnull(sources_main(&sources));
    ck_assert(sources_settle(&sources).main_required);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_absolute_path, test_absent, test_long_path, test_settle};

    return load_fixture_run("sources", tests, sizeof(tests) / sizeof(tests[0]));
}
