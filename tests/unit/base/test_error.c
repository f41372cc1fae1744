/* SPDX-License-Identifier: MIT */

/* Tests that the origin of a failure is the place that called error_origin last. */

#include <check.h>
#include <errno.h>
#include <stdlib.h>

#include "base/error.h"

static int fail_here(int *linep)
{
    *linep = __LINE__ + 1;
    return error_origin(-ENOSPC);
}

START_TEST(test_origin)
{
    struct error_origin origin = error_origin_last();
    int line = 0;

    ck_assert_ptr_null(origin.file);
    ck_assert_int_eq(fail_here(&line), -ENOSPC);
    origin = error_origin_last();
    ck_assert_str_eq(origin.file, "test_error.c");
    ck_assert_str_eq(origin.function, "fail_here");
    ck_assert_int_eq(origin.line, line);
    ck_assert_int_eq(origin.r, -ENOSPC);
    error_origin_clear();
    ck_assert_ptr_null(error_origin_last().file);
    ck_assert_int_eq(error_origin_last().r, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("error");
    TCase *tcase = tcase_create("error");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_test(tcase, test_origin);
    suite_add_tcase(suite, tcase);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
