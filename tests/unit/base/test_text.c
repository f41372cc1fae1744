/* SPDX-License-Identifier: MIT */

/*
 * Tests texts in a fixed buffer: a piece that fits is added, one that does not is left out or
 * filled up to the end, and nothing is written beyond the end.
 */

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

START_TEST(test_add_is_whole_or_not)
{
    char out[8] = "xxxxxxx";
    struct text text;

    text_init(&text, out, sizeof(out) - 1);
    text_add(&text, "%s", "abc");
    text_add(&text, "%d", 123);
    ck_assert_str_eq(out, "abc123");
    ck_assert(!text.cut);
    text_add(&text, "x");
    ck_assert_str_eq(out, "abc123");
    ck_assert(text.cut);
    ck_assert_uint_eq(text.len, 6);
    ck_assert_int_eq(out[7], '\0');
}
END_TEST

/*
 * After a piece that did not fit, a shorter one is not added either, so no piece is missing from
 * the middle of a text.
 */
START_TEST(test_add_after_cut)
{
    char out[4];
    struct text text;

    text_init(&text, out, sizeof(out));
    text_add(&text, "abcd");
    text_add(&text, "a");
    ck_assert_str_eq(out, "");
    ck_assert_uint_eq(text.len, 0);
}
END_TEST

START_TEST(test_add_fitting)
{
    char out[8];
    struct text text;

    text_init(&text, out, sizeof(out));
    text.size = 5;
    text_add_fitting(&text, "%s", "abcdefgh");
    ck_assert_str_eq(out, "abcd");
    ck_assert(!text.cut);
    text.size = sizeof(out);
    text_add_fitting(&text, "%s", ": it");
    ck_assert_str_eq(out, "abcd: i");
    text_add_fitting(&text, "more");
    ck_assert_str_eq(out, "abcd: i");
    ck_assert_uint_eq(text.len, 7);
}
END_TEST

START_TEST(test_quoted)
{
    char out[32];
    struct text text;

    text_init(&text, out, sizeof(out));
    text_add_quoted(&text, "a\"b\\c\n\xc3\xbc\x7f");
    ck_assert_str_eq(out, "\"a\\\"b\\\\c????\"");
}
END_TEST

START_TEST(test_room_of_one)
{
    char out[1] = {'x'};
    struct text text;

    text_init(&text, out, sizeof(out));
    ck_assert_str_eq(out, "");
    text_add_fitting(&text, "a");
    ck_assert_str_eq(out, "");
    text_add(&text, "%s", "");
    ck_assert(!text.cut);
    text_add(&text, "a");
    ck_assert(text.cut);
    ck_assert_str_eq(out, "");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("text");
    TCase *cases = tcase_create("text");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_test(cases, test_add_is_whole_or_not);
    tcase_add_test(cases, test_add_after_cut);
    tcase_add_test(cases, test_add_fitting);
    tcase_add_test(cases, test_quoted);
    tcase_add_test(cases, test_room_of_one);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
