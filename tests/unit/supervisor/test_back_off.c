/* SPDX-License-Identifier: MIT */

/* The successor of a process that ended early waits, and longer each time; another comes at once.
 */

#include <check.h>
#include <stdlib.h>

#include "base/clock.h"
#include "daemon/supervisor/back_off.h"
#include "daemon/limits.h"

START_TEST(test_pause_doubles)
{
    struct back_off back_off = {0};
    int64_t pause = LIMIT_RESTART_PAUSE_MS;

    for (int i = 0; i < LIMIT_RESTART_DOUBLINGS_COUNT + 3; i++) {
        int64_t now = clock_now_ms();

        back_off_after(&back_off, now);
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

    back_off_after(&back_off, now);
    back_off_after(&back_off, now - LIMIT_RESTART_PAUSE_MS);
    ck_assert_int_le(back_off.due_ms, clock_now_ms());
    ck_assert_uint_eq(back_off.n_early_ends, 0);
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
    suite_add_tcase(suite, tcase);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
