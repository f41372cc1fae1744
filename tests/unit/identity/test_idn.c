/* SPDX-License-Identifier: MIT */

/* Tests the limit for the length of a label before its conversion, and which labels are A-labels.
 */

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/identity/idn.h"
#include "daemon/identity/name.h"

/* Soft hyphens are deleted by the mapping, but count for the length of the input. */
START_TEST(the_longest_label_before_it_is_mapped)
{
    uint8_t text[IDN_INPUT_BYTES + 1], ascii[NAME_LABEL_BYTES];
    size_t ascii_len = 0;

    for (size_t i = 0; i + 1 < sizeof(text); i += 2)
        memcpy(text + i, "\xc2\xad", 2);
    memcpy(text + IDN_INPUT_BYTES - 2, "abc", 3);
    ck_assert_int_eq(idn_to_ascii(text, IDN_INPUT_BYTES, ascii, sizeof(ascii), &ascii_len), 0);
    ck_assert_uint_eq(ascii_len, 2);
    ck_assert_mem_eq(ascii, "ab", 2);
    ck_assert_int_eq(idn_to_ascii(text, IDN_INPUT_BYTES + 1, ascii, sizeof(ascii), &ascii_len),
                     IDN_TOO_LONG);
}
END_TEST

static const struct a_label_row {
    const char *label;
    int expected;
} a_label_rows[] = {
    {"xn--bcher-kva", IDN_OK},        {"XN--bcher-KVA", IDN_OK},
    {"xn--a_b-cha", IDN_NOT_ALLOWED}, {"xn--bcher-kva-", IDN_NOT_ALLOWED},
    {"xn--", IDN_NOT_ALLOWED},        {"xn--a", IDN_NOT_ALLOWED},
};

/* An A-label consists of letters, digits and hyphens only, and stands for a U-label. */
START_TEST(a_labels)
{
    const struct a_label_row *row = &a_label_rows[_i];

    ck_assert_int_eq(idn_check_a_label((const uint8_t *)row->label, strlen(row->label)),
                     row->expected);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("idn");
    TCase *idn = tcase_create("idn");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_test(idn, the_longest_label_before_it_is_mapped);
    tcase_add_loop_test(idn, a_labels, 0, (int)(sizeof(a_label_rows) / sizeof(a_label_rows[0])));
    suite_add_tcase(suite, idn);

    srunner_run_all(runner, CK_NORMAL);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
