/* SPDX-License-Identifier: MIT */

/*
 * Tests when the successor of an ended process is due: after a short life it has to wait, longer
 * each time; after a long life it is due at once.
 */

#include <check.h>
#include <signal.h>
#include <stdlib.h>

#include "base/clock.h"
#include "daemon/limits.h"
#include "daemon/supervisor/back_off.h"

static const struct child_end crash = {.signalled = true, .status = SIGSEGV};
static const struct child_end failure = {.signalled = false, .status = 1};
static const struct child_end kill_from_outside = {.signalled = true, .status = SIGKILL};

START_TEST(test_pause_doubles)
{
    struct back_off back_off = {0};
    int64_t pause = LIMIT_RESTART_PAUSE_MS;

    for (int i = 0; i < LIMIT_RESTART_DOUBLINGS_COUNT + 3; i++) {
        int64_t now = clock_now_ms();

        back_off_after(&back_off, now, &crash);
        ck_assert_int_ge(back_off.due_ms, now + pause);
        ck_assert_int_le(back_off.due_ms, clock_now_ms() + pause);
        if (i < LIMIT_RESTART_DOUBLINGS_COUNT)
            pause *= 2;
    }
}
END_TEST

START_TEST(test_long_life)
{
    struct back_off back_off = {0};
    int64_t now = clock_now_ms();

    back_off_after(&back_off, now, &crash);
    back_off_after(&back_off, now - LIMIT_RESTART_PAUSE_MS, &crash);
    ck_assert_int_le(back_off.due_ms, clock_now_ms());
    ck_assert_uint_eq(back_off.n_early_ends, 0);
}
END_TEST

/* Kills from outside never make the pause longer, however many there are and however early. */
START_TEST(test_killed_from_outside)
{
    struct back_off back_off = {0};

    for (int i = 0; i < 100; i++) {
        int64_t now = clock_now_ms();

        back_off_after(&back_off, now, &kill_from_outside);
        ck_assert_int_le(back_off.due_ms, clock_now_ms() + LIMIT_KILLED_PAUSE_MS);
    }
    back_off_after(&back_off, clock_now_ms(), &failure);
    ck_assert_int_le(back_off.due_ms, clock_now_ms() + LIMIT_RESTART_PAUSE_MS);
}
END_TEST

START_TEST(test_failed_start)
{
    struct back_off back_off = {0};

    for (int i = 0; i < 3; i++)
        back_off_after_failed_start(&back_off);
    ck_assert_int_ge(back_off.due_ms, clock_now_ms() + 3 * LIMIT_RESTART_PAUSE_MS);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("back-off");
    TCase *tcase = tcase_create("back-off");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_test(tcase, test_pause_doubles);
    tcase_add_test(tcase, test_long_life);
    tcase_add_test(tcase, test_killed_from_outside);
    tcase_add_test(tcase, test_failed_start);
    suite_add_tcase(suite, tcase);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
