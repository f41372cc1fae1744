/* SPDX-License-Identifier: MIT */

/*
 * Tests that an epoch is loaded completely or not at all, names its files, and notices when they
 * change.
 */

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "daemon/load/epoch.h"
#include "tests/unit/load/load_fixture.h"

static const struct epoch_number third = {.generation = 3, .epoch = 5};

START_TEST(test_load)
{
    struct load_fixture fixture;
    struct policy_error error = {0};
    struct settings *settings = malloc(sizeof(*settings));
    struct epoch *epoch = NULL;
    char name[64];

    ck_assert_ptr_nonnull(settings);
    load_fixture_init(&fixture);
    load_fixture_write(&fixture, "limits { connections = 77\n workers = 3 }\n");
    ck_assert_int_eq(epoch_load(&epoch, &fixture.sources, third, &error), 0);
    ck_assert_uint_eq(epoch_number(epoch).generation, 3);
    ck_assert_uint_eq(epoch_number(epoch).epoch, 5);
    ck_assert_uint_eq(epoch_context(epoch)->generation, 3);
    ck_assert_uint_eq(epoch_n_workers(epoch), 3);
    ck_assert_str_eq(epoch_name(epoch, name, sizeof(name)), fixture.config);

    epoch_settings(epoch, settings);
    ck_assert_uint_eq(settings->limits.connections, 77);
    ck_assert_uint_eq(settings->epoch, 5);
    ck_assert_mem_eq(settings->digest, epoch_context(epoch)->digest, sizeof(settings->digest));
    epoch_free(epoch);
    free(settings);
    load_fixture_deinit(&fixture);
}
END_TEST

START_TEST(test_refused)
{
    static const struct {
        const char *text, *fragment;
        unsigned line;
    } rows[] = {
        {"nonsense = 1\n", "nonsense", 1},
        {"\ntrust x { file = \"/nowhere/at/all.pem\" }\n", "/nowhere", 2},
    };
    struct load_fixture fixture;
    struct policy_error error;
    struct epoch *epoch = NULL;

    load_fixture_init(&fixture);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        error = (struct policy_error){0};
        load_fixture_write(&fixture, rows[i].text);
        ck_assert_int_eq(epoch_load(&epoch, &fixture.sources, third, &error), 1);
        ck_assert_ptr_null(epoch);
        ck_assert_str_eq(error.file, fixture.config);
        ck_assert_uint_eq(error.line, rows[i].line);
        ck_assert_msg(strstr(error.message, rows[i].fragment) != NULL, "%s", error.message);
    }
    load_fixture_deinit(&fixture);
}
END_TEST

START_TEST(test_outdated)
{
    struct load_fixture fixture;
    struct policy_error error = {0};
    struct epoch *epoch = NULL;
    const struct timespec past[2] = {{.tv_sec = 1000}, {.tv_sec = 1000}};

    load_fixture_init(&fixture);
    load_fixture_write(&fixture, "");
    ck_assert_int_eq(epoch_load(&epoch, &fixture.sources, third, &error), 0);
    ck_assert(!epoch_policy_has_changed(epoch));
    ck_assert_int_eq(utimensat(0, fixture.config, past, 0), 0);
    ck_assert(epoch_policy_has_changed(epoch));
    ck_assert(!epoch_crls_have_changed(epoch));
    epoch_free(epoch);
    load_fixture_deinit(&fixture);
}
END_TEST

/*
 * The epoch that epoch_refresh makes shares the policy, has the next number, and stays usable after
 * the old one is freed.
 */
START_TEST(test_refresh)
{
    struct load_fixture fixture;
    struct policy_error error = {0};
    struct epoch *epoch = NULL, *next = NULL;
    const struct policy *policy;

    load_fixture_init(&fixture);
    load_fixture_write(&fixture, "");
    ck_assert_int_eq(epoch_load(&epoch, &fixture.sources, third, &error), 0);
    policy = epoch_context(epoch)->policy;
    ck_assert_int_eq(epoch_refresh(&next, epoch, &error), 0);
    epoch_free(epoch);
    ck_assert_uint_eq(epoch_number(next).generation, 3);
    ck_assert_uint_eq(epoch_number(next).epoch, 6);
    ck_assert_ptr_eq(epoch_context(next)->policy, policy);
    ck_assert_uint_eq(policy_files(policy).n_texts, 1);
    epoch_free(next);
    load_fixture_deinit(&fixture);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_load, test_refused, test_outdated, test_refresh};

    return load_fixture_run("epoch", tests, sizeof(tests) / sizeof(tests[0]));
}
