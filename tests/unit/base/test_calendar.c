/* SPDX-License-Identifier: MIT */

/*
 * Tests the calendar against known dates, against libc's calendar, and that both conversions
 * reverse each other.
 */

#include <check.h>
#include <stdlib.h>
#include <time.h>

#include "base/calendar.h"

#define N_ROWS(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

static const struct {
    struct calendar_date date;
    bool exists;
} dates[] = {
    {{1970, 1, 1}, true},    {{2000, 2, 29}, true},  {{2024, 2, 29}, true},  {{2023, 2, 29}, false},
    {{1900, 2, 29}, false},  {{2100, 2, 29}, false}, {{2023, 4, 31}, false}, {{2023, 12, 31}, true},
    {{2023, 12, 32}, false}, {{2023, 0, 1}, false},  {{2023, 13, 1}, false}, {{2023, 1, 0}, false},
    {{0, 2, 29}, true},
};

START_TEST(test_has)
{
    ck_assert_msg(calendar_has(dates[_i].date) == dates[_i].exists, "row %d", _i);
}
END_TEST

START_TEST(test_known_days)
{
    ck_assert_int_eq(calendar_to_days((struct calendar_date){1970, 1, 1}), 0);
    ck_assert_int_eq(calendar_to_days((struct calendar_date){1969, 12, 31}), -1);
    ck_assert_int_eq(calendar_to_days((struct calendar_date){2000, 3, 1}), 11017);
    ck_assert_int_eq(calendar_to_days((struct calendar_date){0, 1, 1}), -719528);
    ck_assert_int_eq(calendar_to_days((struct calendar_date){1, 1, 1}), -719162);
    ck_assert_int_eq(calendar_to_days((struct calendar_date){9999, 12, 31}), 2932896);
}
END_TEST

/*
 * Converts every day up to 9999-12-31 to a date and back; the date is the one that libc computes.
 */
START_TEST(test_every_day)
{
    for (int64_t days = 0; days <= 2932896; days++) {
        struct calendar_date date = calendar_from_days(days);
        time_t seconds = (time_t)(days * CALENDAR_DAY_S);
        struct tm expected;

        ck_assert_ptr_nonnull(gmtime_r(&seconds, &expected));
        if ((int)date.year != expected.tm_year + 1900 || (int)date.month != expected.tm_mon + 1 ||
            (int)date.day != expected.tm_mday || calendar_to_days(date) != days)
            ck_abort_msg("day %lld is %u-%u-%u", (long long)days, date.year, date.month, date.day);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("calendar");
    TCase *cases = tcase_create("calendar");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_loop_test(cases, test_has, 0, N_ROWS(dates));
    tcase_add_test(cases, test_known_days);
    tcase_add_test(cases, test_every_day);
    tcase_set_timeout(cases, 60);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
