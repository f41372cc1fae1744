/* SPDX-License-Identifier: MIT */

/*
 * Tests base64: the examples of RFC 4648 section 10, every fault, and that each byte string has
 * only one text.
 */

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"

#define N_ROWS(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

static const struct {
    const char *data, *text;
} examples[] = {
    {"f", "Zg=="},        {"fo", "Zm8="},        {"foo", "Zm9v"},
    {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"},
};

START_TEST(test_examples)
{
    const char *wanted = examples[_i].data;
    char text[16];
    uint8_t data[16];
    size_t n = 0;

    base64_encode((const uint8_t *)wanted, strlen(wanted), text);
    ck_assert_str_eq(text, examples[_i].text);
    ck_assert_uint_eq(strlen(text), BASE64_TEXT_BYTES(strlen(wanted)));
    ck_assert_int_eq(base64_decode(text, strlen(text), data, &n), BASE64_OK);
    ck_assert_uint_eq(n, strlen(wanted));
    ck_assert_mem_eq(data, wanted, n);
}
END_TEST

START_TEST(test_nothing)
{
    char text[1] = {'x'};

    base64_encode((const uint8_t *)"", 0, text);
    ck_assert_str_eq(text, "");
}
END_TEST

static const struct {
    const char *text;
    size_t len;
    enum base64_fault fault;
} faults[] = {
    {"", 0, BASE64_LENGTH},           {"Zg", 2, BASE64_LENGTH},
    {"Zm9vY", 5, BASE64_LENGTH},      {"Zm 9", 4, BASE64_ALPHABET},
    {"Zm9\n", 4, BASE64_ALPHABET},    {"Zm9-", 4, BASE64_ALPHABET},
    {"Zm_v", 4, BASE64_ALPHABET},     {"Zm\0v", 4, BASE64_ALPHABET},
    {"Z=9v", 4, BASE64_ALPHABET},     {"=Zm9", 4, BASE64_ALPHABET},
    {"Zg==Zg==", 8, BASE64_ALPHABET}, {"\xc3\xbcZm", 4, BASE64_ALPHABET},
    {"Z===", 4, BASE64_PADDING},      {"====", 4, BASE64_PADDING},
    {"Zm9v====", 8, BASE64_PADDING},  {"Zh==", 4, BASE64_BITS},
    {"Zm9=", 4, BASE64_BITS},
};

START_TEST(test_faults)
{
    uint8_t data[16];
    size_t n = 0;

    ck_assert_msg(base64_decode(faults[_i].text, faults[_i].len, data, &n) == faults[_i].fault,
                  "row %d", _i);
}
END_TEST

/*
 * Tries all texts of one group that end in one or two "=". Those that are decoded are exactly the
 * ones that base64_encode makes of the decoded bytes.
 */
START_TEST(test_one_text)
{
    size_t n_decoded = 0;

    for (unsigned pair = 0; pair < 65536; pair++) {
        char text[] = {(char)(pair >> 8), (char)pair, '=', '=', '\0'}, again[8];
        uint8_t data[3];
        size_t n = 0;

        if (base64_decode(text, 4, data, &n) != BASE64_OK)
            continue;
        base64_encode(data, n, again);
        ck_assert_str_eq(again, text);
        n_decoded++;
    }
    ck_assert_uint_eq(n_decoded, 256);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("base64");
    TCase *cases = tcase_create("base64");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_loop_test(cases, test_examples, 0, N_ROWS(examples));
    tcase_add_test(cases, test_nothing);
    tcase_add_loop_test(cases, test_faults, 0, N_ROWS(faults));
    tcase_add_test(cases, test_one_text);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
