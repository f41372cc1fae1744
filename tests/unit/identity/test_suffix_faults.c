/* SPDX-License-Identifier: MIT */

/* Tests the public suffix list when memory runs out or libpsl has no list. */

#include <check.h>
#include <errno.h>
#include <stdlib.h>

#include "daemon/identity/suffix.h"
#include "tests/unit/identity/library_fixture.h"

START_TEST(no_memory_for_the_list)
{
    struct suffix_list *list = (struct suffix_list *)&list;
    int r;

    fault.calloc = true;
    r = suffix_list_open(&list);
    fault.calloc = false;
    ck_assert_int_eq(r, -ENOMEM);
    ck_assert_ptr_null(list);
}
END_TEST

/*
 * If the machine has no list, libpsl's built-in one is used; if libpsl has none either, opening
 * fails.
 */
START_TEST(no_list)
{
    struct suffix_list *list;

    fault.latest = true;
    ck_assert_int_eq(suffix_list_open(&list), 0);
    ck_assert(suffix_list_is_public(list, SUFFIX_ICANN, "co.uk", 5));
    ck_assert(!suffix_list_is_public(list, SUFFIX_ICANN, "example.co.uk", 13));
    list = suffix_list_close(list);
    ck_assert_ptr_null(list);

    fault.builtin = true;
    ck_assert_int_eq(suffix_list_open(&list), -ENOENT);
    fault.latest = false;
    ck_assert_int_eq(suffix_list_open(&list), 0);
    list = suffix_list_close(list);
    ck_assert_ptr_null(list);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("suffix-faults");
    TCase *faults = tcase_create("faults");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_checked_fixture(faults, library_works, library_works);
    tcase_add_test(faults, no_memory_for_the_list);
    tcase_add_test(faults, no_list);
    suite_add_tcase(suite, faults);

    srunner_run_all(runner, CK_NORMAL);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
