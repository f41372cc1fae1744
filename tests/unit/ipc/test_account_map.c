/* SPDX-License-Identifier: MIT */

/*
 * Tests the map from uids to accounts: subordinate uids belong to their owner's account, those of
 * root's range to one account for each block, and every other uid is an account of its own.
 */

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/ipc/account_map.h"

static const char passwd[] = "root:x:0:0::/root:/bin/sh\n"
                             "anna:x:1000:1000::/home/anna:/bin/sh\n"
                             "bert:x:70000:70000::/home/bert:/bin/sh\n"
                             "inside:x:100007:1::/:/bin/sh\n"
                             "+::::::\n"
                             "broken:x:12x:1::/:/bin/sh\n";
static const char subuid[] = "# a comment\n"
                             "anna:100000:65536\n"
                             "bert:165536:65536\n"
                             "1000:300000:10\n"
                             "nobody-knows:400000:65536\n"
                             "root:1000000:1000000\n"
                             "anna:110000:5\n"
                             "anna:12:5\n"
                             "anna:500000\n"
                             "anna:4294967290:65536\n";

static struct account_map map;
static size_t n_bad;

static void setup(void)
{
    ck_assert_int_eq(
        account_map_parse(&map, passwd, sizeof(passwd) - 1, subuid, sizeof(subuid) - 1, &n_bad), 0);
}

static void teardown(void)
{
    account_map_deinit(&map);
}

static const struct {
    uint32_t uid, account;
} pairs[] = {
    {0, 0},
    {1000, 1000},
    {65534, 65534},
    {65535, 65535},
    {70000, 70000},
    {99999, 99999},
    {100000, 1000},
    {100006, 1000},
    {100007, 100007},
    {165535, 1000},
    {165536, 70000},
    {231071, 70000},
    {231072, 231072},
    {300009, 1000},
    {300010, 300010},
    {400000, 400000},
    {465535, 400000},
    {1000000, 1000000},
    {1065535, 1000000},
    {1065536, 1065536},
    {1999999, 1983040},
    {2000000, 2000000},
    {4294967290, 4294967290},
    {UINT32_MAX - 1, UINT32_MAX - 1},
};

START_TEST(uids_have_their_account)
{
    ck_assert_uint_eq(account_map_find(&map, pairs[_i].uid), pairs[_i].account);
}
END_TEST

/* One line of passwd and four lines of subuid cannot be read or overlap with others. */
START_TEST(bad_lines_are_counted)
{
    ck_assert_uint_eq(n_bad, 5);
}
END_TEST

/*
 * 700 subordinate uids and their owner are one account; 1,000 uids of a directory service are 1,000
 * accounts.
 */
START_TEST(persons_are_counted)
{
    for (uint32_t uid = 100100; uid < 100800; uid++)
        ck_assert_uint_eq(account_map_find(&map, uid), 1000);
    for (uint32_t uid = 2200000; uid < 2201000; uid++)
        ck_assert_uint_eq(account_map_find(&map, uid), uid);
}
END_TEST

/*
 * The policy's blocks decide for uids for which no file does, and are passed to another process
 * with the rest of the map.
 */
START_TEST(blocks_are_accounts)
{
    static const struct account_map_row blocks[] = {
        {.first = 160000, .last = 170000, .n_block = 100},
        {.first = 3000000, .last = 3000999, .n_block = 300},
    };
    struct account_map copy;
    int fd;

    ck_assert_int_eq(account_map_set_blocks(&map, blocks, 2), 0);
    ck_assert_int_eq(account_map_seal(&map, &fd), 0);
    ck_assert_int_eq(account_map_read(&copy, fd), 0);
    close(fd);
    for (int i = 0; i < 2; i++) {
        const struct account_map *of = i == 0 ? &map : &copy;

        ck_assert_uint_eq(account_map_find(of, 160050), 1000);
        ck_assert_uint_eq(account_map_find(of, 3000000), 3000000);
        ck_assert_uint_eq(account_map_find(of, 3000299), 3000000);
        ck_assert_uint_eq(account_map_find(of, 3000300), 3000300);
        ck_assert_uint_eq(account_map_find(of, 3000999), 3000900);
        ck_assert_uint_eq(account_map_find(of, 3001000), 3001000);
    }
    account_map_deinit(&copy);
    ck_assert_int_eq(account_map_set_blocks(&map, NULL, 0), 0);
    ck_assert_uint_eq(account_map_find(&map, 3000299), 3000299);
}
END_TEST

START_TEST(map_crosses_to_another_process)
{
    struct account_map copy;
    int fd;

    ck_assert_int_eq(account_map_seal(&map, &fd), 0);
    ck_assert_int_eq(account_map_read(&copy, fd), 0);
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
        ck_assert_uint_eq(account_map_find(&copy, pairs[i].uid), pairs[i].account);
    account_map_deinit(&copy);
    close(fd);
    ck_assert_int_eq(account_map_read(&copy, -1), -EBADMSG);
}
END_TEST

START_TEST(without_files_everybody_is_alone)
{
    struct account_map none;

    ck_assert_int_eq(account_map_parse(&none, NULL, 0, NULL, 0, &n_bad), 0);
    ck_assert_uint_eq(account_map_find(&none, 100000), 100000);
    ck_assert_uint_eq(n_bad, 0);
    account_map_deinit(&none);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("account map");
    TCase *cases = tcase_create("account map");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_loop_test(cases, uids_have_their_account, 0, sizeof(pairs) / sizeof(pairs[0]));
    tcase_add_test(cases, bad_lines_are_counted);
    tcase_add_test(cases, persons_are_counted);
    tcase_add_test(cases, blocks_are_accounts);
    tcase_add_test(cases, map_crosses_to_another_process);
    tcase_add_test(cases, without_files_everybody_is_alone);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
