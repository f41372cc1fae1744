/* SPDX-License-Identifier: MIT */

/* Tests which texts are valid UTF-8, which are ASCII, and which characters are white space. */

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "tests/unit/identity/match_rows.h"

/*
 * Tests the first and last characters of each length in UTF-8, and a byte beyond ASCII at every
 * offset of texts of several lengths.
 */
START_TEST(unicode)
{
    static const struct {
        const char *text;
        bool valid;
    } rows[] = {
        {"", true},
        {"\x7f", true},
        {"\x80", false},
        {"\xc2\x80", true},
        {"\xc1\xbf", false},
        {"\xc2", false},
        {"\xc2\x41", false},
        {"\xdf\xbf", true},
        {"\xe0\xa0\x80", true},
        {"\xe0\x9f\xbf", false},
        {"\xe0\xa0", false},
        {"\xe0\xa0\x41", false},
        {"\xed\x9f\xbf", true},
        {"\xed\xa0\x80", false},
        {"\xed\xbf\xbf", false},
        {"\xee\x80\x80", true},
        {"\xf0\x90\x80\x80", true},
        {"\xf0\x8f\xbf\xbf", false},
        {"\xf4\x8f\xbf\xbf", true},
        {"\xf4\x90\x80\x80", false},
        {"\xf8\x88\x80\x80\x80", false},
        {"\xff", false},
        {"abcdefgh\xc3\xbc", true},
        {"abcdefgh\xfc", false},
    };
    uint8_t ascii[24];

    for (int i = 0; i < N_ROWS(rows); i++) {
        size_t len = strlen(rows[i].text);
        uint8_t *row = exactly(rows[i].text, strlen(rows[i].text));
        uint32_t code = 0;

        ck_assert_msg(utf8_is_valid(row, len) == rows[i].valid, "row %d", i);
        ck_assert_uint_eq(utf8_next(row + len, 0, &code), 0);
        ck_assert_uint_eq(code, 0);
        free(row);
    }
    /* A character that is cut off is invalid, even if the missing bytes follow in memory. */
    for (size_t len = 1; len <= 3; len++)
        ck_assert(!utf8_is_valid((const uint8_t *)"ab\xf0\x90\x80\x80", 2 + len));
    memset(ascii, 0x7f, sizeof(ascii));
    for (size_t len = 0; len <= sizeof(ascii); len++) {
        ck_assert(utf8_is_ascii(ascii, len));
        for (size_t at = 0; at < len; at++) {
            ascii[at] = 0x80;
            ck_assert(!utf8_is_ascii(ascii, len));
            ascii[at] = 0x7f;
        }
    }
}
END_TEST

/*
 * The characters that count as white space are exactly those with Unicode's property White_Space.
 */
START_TEST(white_space)
{
    static const uint32_t spaces[] = {
        0x09,   0x0a,   0x0b,   0x0c,   0x0d,   0x20,   0x85,   0xa0,   0x1680,
        0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x2007, 0x2008,
        0x2009, 0x200a, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000,
    };
    size_t n = 0;

    for (uint32_t code = 0; code <= 0x10ffff; code++) {
        bool expected = n < sizeof(spaces) / sizeof(spaces[0]) && code == spaces[n];

        if (utf8_is_space(code) != expected)
            ck_abort_msg("U+%04X", (unsigned)code);
        n += expected;
    }
    ck_assert_uint_eq(n, sizeof(spaces) / sizeof(spaces[0]));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("utf8");
    TCase *utf8 = tcase_create("utf8");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_set_timeout(utf8, 60);
    tcase_add_test(utf8, unicode);
    tcase_add_test(utf8, white_space);
    suite_add_tcase(suite, utf8);

    srunner_run_all(runner, CK_NORMAL);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
