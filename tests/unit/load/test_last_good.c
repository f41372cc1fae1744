/* SPDX-License-Identifier: MIT */

/*
 * Tests that the last good configuration is read as it was written, and is limited in starts and
 * time.
 */

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/load/last_good.h"
#include "tests/unit/load/load_fixture.h"

static const uint8_t policy[] = "packed";
static struct load_fixture fixture;
static struct last_good_place place;

static struct last_good write_one(void)
{
    struct last_good good = {.policy = {.data = policy, .len = sizeof(policy)}};

    load_fixture_init(&fixture);
    place = (struct last_good_place){.path = fixture.config, .source = "/etc/x.conf"};
    memset(good.digest, 0x5a, sizeof(good.digest));
    ck_assert_int_eq(last_good_write(&place, &good), 0);
    return good;
}

static int read_one(struct last_good *good)
{
    struct policy_error error = {0};
    uint8_t *text = NULL;
    int r = last_good_read(&place, &text, good, &error);

    ck_assert(r != 0 || good->policy.len == sizeof(policy));
    ck_assert(r != 0 || memcmp(good->policy.data, policy, sizeof(policy)) == 0);
    ck_assert(r <= 0 || error.message[0] != '\0');
    free(text);
    return r;
}

START_TEST(test_comes_back)
{
    const struct last_good written = write_one();
    struct last_good found = {0};
    struct stat status;

    ck_assert_int_eq(stat(fixture.config, &status), 0);
    ck_assert_uint_eq(status.st_mode, S_IFREG | 0600);
    ck_assert_int_eq(read_one(&found), 0);
    ck_assert_mem_eq(found.digest, written.digest, sizeof(found.digest));
    ck_assert_uint_eq(found.n_starts, 0);
    last_good_remove(&place);
    ck_assert_int_eq(read_one(&found), -ENOENT);
    load_fixture_deinit(&fixture);
}
END_TEST

START_TEST(test_starts_are_counted)
{
    struct last_good good = write_one();

    for (int i = 0; i < LAST_GOOD_STARTS_COUNT; i++) {
        struct last_good found = {0};

        ck_assert_int_eq(read_one(&found), 0);
        ck_assert(!last_good_is_over(&found));
        last_good_count_start(&good);
        ck_assert_int_eq(last_good_write(&place, &good), 0);
    }
    ck_assert_int_eq(read_one(&good), 1);
    last_good_remove(&place);
    load_fixture_deinit(&fixture);
}
END_TEST

START_TEST(test_time_is_over)
{
    struct last_good good = write_one();

    last_good_count_start(&good);
    ck_assert(!last_good_is_over(&good));
    good.first_start_s -= LAST_GOOD_S + 1;
    if (good.first_start_s < 1)
        good.first_start_s += 2 * (LAST_GOOD_S + 2); /* A time in the future counts as over too. */
    ck_assert(last_good_is_over(&good));
    ck_assert_int_eq(last_good_write(&place, &good), 0);
    ck_assert_int_eq(read_one(&good), 1);
    last_good_remove(&place);
    load_fixture_deinit(&fixture);
}
END_TEST

/* A file that others could read or have linked, or that is itself a link, is refused. */
START_TEST(test_unsafe_file)
{
    struct last_good good = write_one();
    char other[128];

    snprintf(other, sizeof(other), "%s/other", fixture.folder);
    ck_assert_int_eq(chmod(fixture.config, 0640), 0);
    ck_assert_int_eq(read_one(&good), -EPERM);
    ck_assert_int_eq(chmod(fixture.config, 0600), 0);
    ck_assert_int_eq(link(fixture.config, other), 0);
    ck_assert_int_eq(read_one(&good), -EPERM);
    ck_assert_int_eq(unlink(fixture.config), 0);
    ck_assert_int_eq(symlink(other, fixture.config), 0);
    ck_assert_int_eq(read_one(&good), -ELOOP);
    unlink(other);
    load_fixture_deinit(&fixture);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_comes_back, test_starts_are_counted, test_time_is_over,
                                  test_unsafe_file};

    return load_fixture_run("last-good", tests, sizeof(tests) / sizeof(tests[0]));
}
