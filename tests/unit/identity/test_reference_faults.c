/* SPDX-License-Identifier: MIT */

/*
 * Tests references when libidn2 or inet_ntop fails: the failure is returned and the reference stays
 * zero.
 */

#include <arpa/inet.h>
#include <check.h>
#include <errno.h>
#include <idn2.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/identity/reference.h"
#include "tests/unit/identity/library_fixture.h"

static int parse(struct reference *reference, enum reference_kind kind, const char *text)
{
    return reference_parse(reference, kind, RULES_RFC9525, (const uint8_t *)text, strlen(text));
}

static const struct idn_row {
    int code;
    const char *to;
    int expected;
} idn_rows[] = {
    {IDN2_MALLOC, NULL, -ENOMEM},
    {IDN2_ENCODING_ERROR, NULL, REFERENCE_NOT_UTF8},
    {IDN2_TOO_BIG_LABEL, NULL, REFERENCE_LABEL_TOO_LONG},
    {IDN2_TOO_BIG_DOMAIN, NULL, REFERENCE_LABEL_TOO_LONG},
    {IDN2_PUNYCODE_BIG_OUTPUT, NULL, REFERENCE_LABEL_TOO_LONG},
    {IDN2_DISALLOWED, NULL, REFERENCE_U_LABEL},
    {-12345, NULL, REFERENCE_U_LABEL},
    {12345, NULL, REFERENCE_U_LABEL},
    {0, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
     REFERENCE_LABEL_TOO_LONG},
    {0, "", REFERENCE_U_LABEL},
    {0, "a b", REFERENCE_WHITE_SPACE},
    {0, "*", REFERENCE_WILDCARD},
    {0, "-a", REFERENCE_U_LABEL},
    {0, "xn--a_b", REFERENCE_U_LABEL},
    {0, "xn--other", 0},
};

/*
 * Whatever libidn2 returns for a U-label, the result is accepted only if it is a label of a host
 * that stays the same when it is converted again. An A-label is not converted at all.
 */
START_TEST(libidn2_fails)
{
    static const struct reference zero;
    const struct idn_row *row = &idn_rows[_i];
    struct reference reference;

    fault.idn = row->code;
    fault.to = row->to;
    ck_assert_int_eq(parse(&reference, REFERENCE_HOST, "b\u00fccher.example"), row->expected);
    if (row->expected != 0)
        ck_assert_mem_eq(&reference, &zero, sizeof(zero));
    ck_assert_int_eq(parse(&reference, REFERENCE_EMAIL, "a@b\u00fccher.example"), row->expected);
    ck_assert_int_eq(parse(&reference, REFERENCE_URI, "a://b\u00fccher.example"), row->expected);
    ck_assert_int_eq(parse(&reference, REFERENCE_SRV, "_a.b\u00fccher.example"), row->expected);
    if (row->expected != 0)
        ck_assert_mem_eq(&reference, &zero, sizeof(zero));
    fault.n_calls = 0;
    ck_assert_int_eq(parse(&reference, REFERENCE_HOST, "xn--tda.example"), 0);
    ck_assert_uint_eq(fault.n_calls, 0);
}
END_TEST

/*
 * The result of a conversion is converted a second time, as a check, only if it begins with xn--.
 */
START_TEST(libidn2_fails_the_second_time)
{
    struct reference reference;

    fault.idn = IDN2_DISALLOWED;
    fault.idn_from = 2;
    ck_assert_int_eq(parse(&reference, REFERENCE_HOST, "b\u00fccher"), REFERENCE_U_LABEL);
    fault.n_calls = 0;
    ck_assert_int_eq(parse(&reference, REFERENCE_HOST, "\uff21"), 0);
    ck_assert_str_eq(reference.value, "a");
}
END_TEST

/* A label that a second conversion changes is no A-label. */
START_TEST(libidn2_converts_it_to_another_label)
{
    struct reference reference;

    fault.to = "xn--other";
    fault.idn_from = 2;
    fault.n_calls = 0;
    ck_assert_int_eq(parse(&reference, REFERENCE_HOST, "b\u00fccher"), REFERENCE_U_LABEL);
}
END_TEST

START_TEST(inet_ntop_fails)
{
    static const struct reference zero;
    struct reference reference;

    fault.ntop = true;
    ck_assert_int_eq(parse(&reference, REFERENCE_HOST, "192.0.2.1"), -ENOSPC);
    ck_assert_mem_eq(&reference, &zero, sizeof(zero));
    ck_assert_int_eq(parse(&reference, REFERENCE_EMAIL, "a@192.0.2.1"), -ENOSPC);
    ck_assert_mem_eq(&reference, &zero, sizeof(zero));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("reference-faults");
    TCase *faults = tcase_create("faults");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_checked_fixture(faults, library_works, library_works);
    tcase_add_loop_test(faults, libidn2_fails, 0, (int)(sizeof(idn_rows) / sizeof(idn_rows[0])));
    tcase_add_test(faults, libidn2_fails_the_second_time);
    tcase_add_test(faults, libidn2_converts_it_to_another_label);
    tcase_add_test(faults, inet_ntop_fails);
    suite_add_tcase(suite, faults);

    srunner_run_all(runner, CK_NORMAL);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
