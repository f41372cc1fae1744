/* SPDX-License-Identifier: MIT */

/* Tests that the self-test passes with a public suffix list and fails without one. */

#include <check.h>
#include <stdlib.h>

#include "daemon/verify/selftest.h"

START_TEST(passes_here)
{
    struct suffix_list *suffixes = NULL;
    const char *what = NULL;

    ck_assert_int_eq(suffix_list_open(&suffixes), 0);
    ck_assert_msg(selftest_run(suffixes, &what) == 0, "%s", what);
    suffix_list_close(suffixes);
}
END_TEST

/*
 * Without a list every name counts as a public suffix. That is safe, but it refuses every wildcard,
 * so the daemon must not serve.
 */
START_TEST(fails_without_suffixes)
{
    const char *what = NULL;

    ck_assert_int_gt(selftest_run(NULL, &what), 0);
    ck_assert_str_eq(what, "a star");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("selftest");
    TCase *cases = tcase_create("selftest");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_test(cases, passes_here);
    tcase_add_test(cases, fails_without_suffixes);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
