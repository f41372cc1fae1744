/* SPDX-License-Identifier: MIT */

/* Tests strings as JSON: which characters are escaped, and what bytes that are not UTF-8 become. */

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"

#define N_ROWS(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

static const struct {
    const char *intent, *text, *expected;
} strings[] = {
    {"nothing", "", "\"\""},
    {"printable ASCII", "a b~!", "\"a b~!\""},
    {"quotation mark and backslash", "\"\\", "\"\\\"\\\\\""},
    {"control characters", "\n\x01\x7f", "\"\\u000a\\u0001\\u007f\""},
    {"two bytes", "\xc3\xbc", "\"\\u00fc\""},
    {"three bytes", "\xe2\x82\xac", "\"\\u20ac\""},
    {"four bytes, a pair of surrogates", "\xf0\x9f\x98\x80", "\"\\ud83d\\ude00\""},
    {"the last code point", "\xf4\x8f\xbf\xbf", "\"\\udbff\\udfff\""},
    {"beyond it", "\xf4\x90\x80\x80", "\"\\ufffd\\ufffd\\ufffd\\ufffd\""},
    {"a lone continuation", "a\x80z", "\"a\\ufffdz\""},
    {"a character cut off at the end", "\xe2\x82", "\"\\ufffd\\ufffd\""},
    {"a character cut off by ASCII", "\xc3z", "\"\\ufffdz\""},
    {"an overlong slash", "\xc0\xaf", "\"\\ufffd\\ufffd\""},
    {"a surrogate", "\xed\xa0\x80", "\"\\ufffd\\ufffd\\ufffd\""},
    {"a byte that nothing begins with", "\xff", "\"\\ufffd\""},
};

START_TEST(test_write_string)
{
    char *text = NULL;
    size_t len = 0;
    struct memory_text out = {0};

    json_write_string(&out, strings[_i].text);
    ck_assert_int_eq(memory_text_finish(&out, &text, &len), 0);
    ck_assert_msg(strcmp(text, strings[_i].expected) == 0, "%s: %s", strings[_i].intent, text);
    free(text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("json");
    TCase *cases = tcase_create("json");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_loop_test(cases, test_write_string, 0, N_ROWS(strings));
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
