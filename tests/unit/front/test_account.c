/* SPDX-License-Identifier: MIT */

/*
 * Tests of accounts: charges are released, debts outlive connections, and the memory for accounts
 * that nobody uses is bounded.
 */

#include <check.h>
#include <signal.h>

#include "daemon/front/account.h"
#include "daemon/limits.h"

static struct account_table table;

static void setup(void)
{
    account_table_init(&table);
}

static void teardown(void)
{
    account_table_deinit(&table);
}

START_TEST(charges_keep_an_account)
{
    struct account *account = account_find(&table, 77);

    account_charge(account, ACCOUNT_CONNECTIONS, 1);
    account_charge(account, ACCOUNT_HELD_BYTES, 4096);
    account_release(account, ACCOUNT_CONNECTIONS, 1);
    ck_assert(!account->is_idle);
    account_release(account, ACCOUNT_HELD_BYTES, 4096);
    ck_assert(account->is_idle);
    ck_assert_ptr_eq(account_find(&table, 77), account);
}
END_TEST

/* Releasing more than was charged is a programming error and ends the process. */
START_TEST(release_without_charge_is_a_bug)
{
    account_release(account_find(&table, 77), ACCOUNT_REQUESTS, 1);
}
END_TEST

START_TEST(account_that_is_still_charged_is_a_bug)
{
    account_charge(account_find(&table, 77), ACCOUNT_QUEUED_BYTES, 1);
    account_table_deinit(&table);
}
END_TEST

START_TEST(reconnecting_pays_no_debts)
{
    const struct limits limits = {.cpu_per_uid_ms = 100, .cpu_burst_ms = 200};
    struct account *account = account_find(&table, 77);

    ck_assert(account_has_cpu(account, &limits, 1000));
    account_charge_cpu(account, 1, 500000);
    account_charge_cpu(account, 1, 500000);
    for (uid_t uid = 1000; uid < 1500; uid++)
        ck_assert_ptr_nonnull(account_find(&table, uid));
    account = account_find(&table, 77);
    ck_assert(!account_has_cpu(account, &limits, 1000));
    /* The debt of 300 ms is paid back at 100 ms a second. */
    ck_assert(!account_has_cpu(account, &limits, 3999));
    ck_assert(account_has_cpu(account, &limits, 4020));
    ck_assert(account_has_cpu(account, &limits, 1000000));
    account_charge_cpu(account, 2, 200000);
    ck_assert(!account_has_cpu(account, &limits, 1000000));
}
END_TEST

/*
 * Fines count from the first one on, even before account_has_cpu() was called for the first time,
 * and put the account into debt only up to a bound.
 */
START_TEST(fines_are_bounded)
{
    const struct limits limits = {.cpu_per_uid_ms = 100, .cpu_burst_ms = 200};
    struct account *account = account_find(&table, 77);

    account_fine_cpu(account, 300000);
    ck_assert(!account_has_cpu(account, &limits, 1000));
    ck_assert(account_has_cpu(account, &limits, 2010));
    for (int i = 0; i < 100; i++)
        account_fine_cpu(account, LIMIT_FINES_DEBT_CPU_US / 10);
    ck_assert_int_eq(account->cpu_us, -LIMIT_FINES_DEBT_CPU_US);
}
END_TEST

/* Recent CPU time is halved once a second. */
START_TEST(recent_cpu_time_halves)
{
    struct account *account = account_find(&table, 77);
    int64_t now_ms = 5000000;

    ck_assert_int_eq(account_recent_cpu_us(account, now_ms), 0);
    account_charge_cpu(account, 1, 80000);
    ck_assert_int_eq(account_recent_cpu_us(account, now_ms + 999), 80000);
    ck_assert_int_eq(account_recent_cpu_us(account, now_ms + 1000), 40000);
    ck_assert_int_eq(account_recent_cpu_us(account, now_ms + 3500), 10000);
    ck_assert_int_eq(account_recent_cpu_us(account, now_ms + 4000), 5000);
    ck_assert_int_eq(account_recent_cpu_us(account, now_ms + 100000), 0);
}
END_TEST

/* A turn ends when enough has been handled in it, and the next round brings a new turn. */
START_TEST(turns_are_bounded)
{
    struct account *account = account_find(&table, 77);

    ck_assert(account_has_turn(account, 0));
    account_note_turn(account, 0, LIMIT_TURN_COST - 1);
    ck_assert(account_has_turn(account, 0));
    account_note_turn(account, 0, 1);
    ck_assert(!account_has_turn(account, 0));
    ck_assert(account_has_turn(account, 1));
    account_note_turn(account, 1, LIMIT_TURN_COST);
    ck_assert(!account_has_turn(account, 1));
}
END_TEST

/* The memory for accounts without charges is bounded, however many uids have come and gone. */
START_TEST(accounts_that_have_gone_are_bounded)
{
    struct account *account = account_find(&table, 1);

    account_charge(account, ACCOUNT_CONNECTIONS, 1);
    for (uid_t uid = 10; uid < 20000; uid++)
        ck_assert_ptr_nonnull(account_find(&table, uid));
    ck_assert_uint_le(table.n_idle, 1100);
    ck_assert_ptr_eq(account_find(&table, 1), account);
    account_release(account, ACCOUNT_CONNECTIONS, 1);
}
END_TEST

/*
 * After a few crashes each further crash begins a pause, whose length grows up to a limit. Crashes
 * are forgotten with time.
 */
START_TEST(crashes_are_followed_by_pauses)
{
    struct account *account = account_find(&table, 77);
    int64_t now_ms = 1000;

    for (int i = 0; i < LIMIT_CRASHES_COUNT; i++)
        account_note_crash(account, now_ms);
    ck_assert(!account_is_pausing(account, now_ms));
    account_note_crash(account, now_ms);
    ck_assert(account_is_pausing(account, now_ms + LIMIT_CRASH_PAUSE_MS - 1));
    ck_assert(!account_is_pausing(account, now_ms + LIMIT_CRASH_PAUSE_MS));
    account_note_crash(account, now_ms);
    ck_assert(account_is_pausing(account, now_ms + 2 * LIMIT_CRASH_PAUSE_MS - 1));
    for (int i = 0; i < 1000; i++)
        account_note_crash(account, now_ms);
    ck_assert(account_is_pausing(account, now_ms + LIMIT_CRASH_PAUSE_MAX_MS - 1));
    ck_assert(!account_is_pausing(account, now_ms + LIMIT_CRASH_PAUSE_MAX_MS));
    now_ms += 2000ll * LIMIT_CRASH_FORGET_MS;
    account_note_crash(account, now_ms);
    ck_assert(!account_is_pausing(account, now_ms));
    ck_assert_uint_eq(account->n_crashes, 1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("account");
    TCase *cases = tcase_create("account");
    SRunner *runner;
    int n_failed;

    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_test(cases, charges_keep_an_account);
    tcase_add_test_raise_signal(cases, release_without_charge_is_a_bug, SIGABRT);
    tcase_add_test_raise_signal(cases, account_that_is_still_charged_is_a_bug, SIGABRT);
    tcase_add_test(cases, reconnecting_pays_no_debts);
    tcase_add_test(cases, crashes_are_followed_by_pauses);
    tcase_add_test(cases, accounts_that_have_gone_are_bounded);
    tcase_add_test(cases, fines_are_bounded);
    tcase_add_test(cases, recent_cpu_time_halves);
    tcase_add_test(cases, turns_are_bounded);
    suite_add_tcase(suite, cases);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? 0 : 1;
}
