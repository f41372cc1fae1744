/* SPDX-License-Identifier: MIT */

/*
 * Tests that the text of an error has the file and the line if the error has them, and is cut to
 * fit.
 */

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/load/load_error.h"

static const struct {
    struct policy_error error;
    const char *expected;
} rows[] = {
    {{.message = "no memory"}, "no memory"},
    {{.file = "/etc/x.conf", .message = "it is empty"}, "/etc/x.conf: it is empty"},
    {{.file = "/etc/x.conf", .line = 7, .message = "no such key"}, "/etc/x.conf:7: no such key"},
};

START_TEST(test_text)
{
    char text[LOAD_ERROR_BYTES];

    ck_assert_str_eq(load_error_text(&rows[_i].error, text, sizeof(text)), rows[_i].expected);
}
END_TEST

START_TEST(test_longest_text)
{
    struct policy_error error = {.line = 4294967295};
    char text[LOAD_ERROR_BYTES];

    memset(error.file, 'f', sizeof(error.file) - 1);
    memset(error.message, 'm', sizeof(error.message) - 1);
    load_error_text(&error, text, sizeof(text));
    ck_assert_uint_eq(strlen(text), 255 + strlen(":4294967295: ") + 511);
    load_error_text(&error, text, 8);
    ck_assert_str_eq(text, "fffffff");
}
END_TEST

START_TEST(test_set)
{
    struct policy_error error = {.file = "old", .line = 3, .message = "old"};

    ck_assert_int_eq(load_error_set(&error, -5, "%s %d", "row", 9), -5);
    ck_assert_str_eq(error.file, "");
    ck_assert_uint_eq(error.line, 0);
    ck_assert_str_eq(error.message, "row 9");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("load-error");
    TCase *tcase = tcase_create("load-error");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_loop_test(tcase, test_text, 0, (int)(sizeof(rows) / sizeof(rows[0])));
    tcase_add_test(tcase, test_longest_text);
    tcase_add_test(tcase, test_set);
    suite_add_tcase(suite, tcase);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
