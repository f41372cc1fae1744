/* SPDX-License-Identifier: MIT */

/* Tests Python's messages when vsnprintf fails. */

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/identity/python_text.h"
#include "tests/unit/identity/library_fixture.h"

/* A piece that cannot be printed is left out; the others are printed as usual. */
START_TEST(printing_fails)
{
    static const struct identity presented = {IDENTITY_DNS, (const uint8_t *)"b", 1};
    struct match_rules rules = {.rules = {.set = RULES_PYTHON_3_5}};
    struct match_result result = {0};
    struct reference reference;
    char text[64];

    ck_assert_int_eq(reference_host_parse(&reference, RULES_PYTHON_3_5, (const uint8_t *)"a", 1),
                     0);
    memset(text, 'x', sizeof(text));
    fault.print = true;
    python_text(&rules, &reference, &presented, 1, &result, text, sizeof(text));
    fault.print = false;
    ck_assert_str_eq(text, "'a' doesn't match 'b'");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("python-text-faults");
    TCase *faults = tcase_create("faults");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_checked_fixture(faults, library_works, library_works);
    tcase_add_test(faults, printing_fails);
    suite_add_tcase(suite, faults);

    srunner_run_all(runner, CK_NORMAL);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
