/* SPDX-License-Identifier: MIT */

/*
 * Tests hosts by the emulated rule sets: which ones are kept unchanged, which are refused, and what
 * is compared.
 */

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/identity/reference.h"

#define T(text)      text, sizeof(text) - 1
#define N_ROWS(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

#define LABEL_61 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define LABEL_63 LABEL_61 "aa"
#define LABEL_64 LABEL_63 "a"
#define NAME_253 LABEL_63 "." LABEL_63 "." LABEL_63 "." LABEL_61

/*
 * The result is the same for all three emulated rule sets, unless a row has another one for
 * python-3.7.
 */
static const struct odd_row {
    const char *intent;
    const char *text;
    size_t len;
    int expected, python_3_7;
    const char *value;
} odd_rows[] = {
    {"an address in two parts", T("127.1"), 0, 0, "127.1"},
    {"an octet too big", T("192.0.2.256"), 0, 0, "192.0.2.256"},
    {"an octet of nine digits, just too big", T("192.0.2.000000256"), 0, 0, "192.0.2.000000256"},
    {"a sign and eight digits, just too big", T("192.0.2.+00000256"), 0, 0, "192.0.2.+00000256"},
    {"a sign and nine digits, just too big", T("192.0.2.+000000256"), 0, 0, "192.0.2.+000000256"},
    {"an octet of nine digits", T("192.0.2.100000000"), 0, 0, "192.0.2.100000000"},
    {"an octet too many", T("192.0.2.1.5"), 0, 0, "192.0.2.1.5"},
    {"an octet too few", T("192.0.2"), 0, 0, "192.0.2"},
    {"no octet at the end", T("192.0.2."), 0, 0, "192.0.2"},
    {"a sign and no octet", T("192.0.2.-"), 0, 0, "192.0.2.-"},
    {"a colon at the end", T("a:"), 0, 0, "a:"},
    {"one byte and a dot", T("a."), 0, 0, "a"},
    {"an octet in hexadecimal", T("192.0.2.0x1"), 0, 0, "192.0.2.0x1"},
    {"a number", T("1"), 0, 0, "1"},
    {"an underscore", T("a_b.example"), 0, 0, "a_b.example"},
    {"no A-label", T("xn--a.Example"), 0, 0, "xn--a.example"},
    {"an address in brackets", T("[::1]"), 0, 0, "[::1]"},
    {"a star", T("*.example.com"), 0, 0, "*.example.com"},
    {"a port", T("a.example:443"), 0, 0, "a.example:443"},
    {"a zone", T("fe80::1%eth0"), 0, 0, "fe80::1%eth0"},
    {"a control character", T("a\x01.example"), 0, 0, "a\x01.example"},
    {"a trailing dot", T("A.example."), 0, 0, "a.example"},
    {"an address and a trailing dot", T("192.0.2.1."), 0, 0, "192.0.2.1"},
    {"253 bytes", T(NAME_253), 0, 0, NAME_253},
    {"253 bytes and a dot", T(NAME_253 "."), 0, 0, NAME_253},
    {"an empty label", T("a..example"), 0, REFERENCE_EMPTY_LABEL, "a..example"},
    {"dots at the end", T("a.."), 0, REFERENCE_EMPTY_LABEL, "a"},
    {"64 bytes", T(LABEL_64 ".example"), 0, REFERENCE_LABEL_TOO_LONG, LABEL_64 ".example"},
    {"64 bytes at the end", T("a." LABEL_64), 0, REFERENCE_LABEL_TOO_LONG, "a." LABEL_64},
    {"a U-label", T("B\u00dccher.Example"), 0, 0, "xn--bcher-kva.example"},
    {"a U-label beside an odd one", T("a_b.\u00fc."), 0, 0, "a_b.xn--tda"},

    {"nothing", T(""), REFERENCE_EMPTY, REFERENCE_EMPTY, NULL},
    {"a dot", T("."), REFERENCE_EMPTY, REFERENCE_EMPTY, NULL},
    {"a leading dot", T(".example.com"), REFERENCE_LEADING_DOT, REFERENCE_LEADING_DOT, NULL},
    {"another leading dot", T("\u3002example"), REFERENCE_LEADING_DOT, REFERENCE_LEADING_DOT, NULL},
    {"a NUL", T("a\0"), REFERENCE_NUL, REFERENCE_NUL, NULL},
    {"a space", T("a b"), REFERENCE_WHITE_SPACE, REFERENCE_WHITE_SPACE, NULL},
    {"a space after an address", T("192.0.2.1 "), REFERENCE_WHITE_SPACE, REFERENCE_WHITE_SPACE,
     NULL},
    {"another space", T("a\u3000b"), REFERENCE_WHITE_SPACE, REFERENCE_WHITE_SPACE, NULL},
    {"a line end", T("a.example\n"), REFERENCE_WHITE_SPACE, REFERENCE_WHITE_SPACE, NULL},
    {"not UTF-8", T("\xff.example"), REFERENCE_NOT_UTF8, REFERENCE_NOT_UTF8, NULL},
    {"an emoji", T("\U0001f600.example"), REFERENCE_U_LABEL, REFERENCE_U_LABEL, NULL},
    {"a star beyond ASCII", T("\uff0a.example"), REFERENCE_WILDCARD, REFERENCE_WILDCARD, NULL},
    {"254 bytes", T(NAME_253 "a"), REFERENCE_TOO_LONG, REFERENCE_TOO_LONG, NULL},
    {"254 bytes and a dot", T(NAME_253 "a."), REFERENCE_TOO_LONG, REFERENCE_TOO_LONG, NULL},
    {"254 bytes, once converted", T("\u00fc." NAME_253), REFERENCE_TOO_LONG, REFERENCE_TOO_LONG,
     NULL},
    {"254 bytes, before", T("\u00ad\u00ad" NAME_253), REFERENCE_TOO_LONG, 0, NAME_253},
    {"an octet with a zero, the biggest", T("192.0.2.0255"), REFERENCE_NUMERIC, REFERENCE_NUMERIC,
     NULL},
    {"an octal tail, of one digit first", T("::ffff:1.2.3.04"), REFERENCE_NUMERIC,
     REFERENCE_NUMERIC, NULL},
    {"an octet of ten digits", T("192.0.2.1000000000"), REFERENCE_NUMERIC, REFERENCE_NUMERIC, NULL},
    {"an octet with a zero", T("192.0.2.01"), REFERENCE_NUMERIC, REFERENCE_NUMERIC, NULL},
    {"an octet with a sign", T("+192.0.2.1"), REFERENCE_NUMERIC, REFERENCE_NUMERIC, NULL},
    {"an octet with a minus first", T("-192.0.2.1"), REFERENCE_NUMERIC, REFERENCE_NUMERIC, NULL},
    {"an octet with another", T("192.-0.2.1"), REFERENCE_NUMERIC, REFERENCE_NUMERIC, NULL},
    {"an octet that overflows", T("4294967488.0.2.1"), REFERENCE_NUMERIC, REFERENCE_NUMERIC, NULL},
    {"an octal tail", T("::ffff:192.0.2.01"), REFERENCE_NUMERIC, REFERENCE_NUMERIC, NULL},
    {"an address by other dots", T("192\u30020\u30022\u30021"), REFERENCE_NUMERIC,
     REFERENCE_NUMERIC, NULL},
};

static const enum rule_set emulated_sets[] = {RULES_OPENSSL, RULES_PYTHON_3_5, RULES_PYTHON_3_7};

START_TEST(odd_references)
{
    const struct odd_row *row = &odd_rows[_i];

    for (int i = 0; i < N_ROWS(emulated_sets); i++) {
        struct reference reference, zero = {0};
        bool handshake = emulated_sets[i] == RULES_PYTHON_3_7;
        int expected = handshake ? row->python_3_7 : row->expected;
        int r = reference_host_parse(&reference, emulated_sets[i], (const uint8_t *)row->text,
                                     row->len);

        ck_assert_msg(r == expected, "%s by %d: %d", row->intent, (int)emulated_sets[i], r);
        if (r != 0) {
            ck_assert_mem_eq(&reference, &zero, sizeof(zero));
            continue;
        }
        ck_assert_int_eq(reference.type, IDENTITY_DNS);
        ck_assert_int_eq(reference.set, emulated_sets[i]);
        ck_assert_str_eq(reference.value, row->value);
        ck_assert_uint_eq(reference.value_len, strlen(row->value));
        ck_assert_uint_eq(reference.given_len, strlen(reference.given));
    }
}
END_TEST

/*
 * The text that is compared: as given, or for python-3.7 in A-labels, since Python converts names
 * before the handshake.
 */
static const struct given_row {
    const char *text, *given, *python_3_7;
} given_rows[] = {
    {"A.example.", "A.example.", "A.example."},
    {"B\u00fccher.Example.", "B\u00fccher.Example.", "xn--bcher-kva.Example."},
    {"a\u3002\u00fc", "a\u3002\u00fc", "a.xn--tda"},
    {"*.example", "*.example", "*.example"},
};

START_TEST(what_is_compared)
{
    const struct given_row *row = &given_rows[_i];

    for (int i = 0; i < N_ROWS(emulated_sets); i++) {
        struct reference reference;

        ck_assert_int_eq(reference_host_parse(&reference, emulated_sets[i],
                                              (const uint8_t *)row->text, strlen(row->text)),
                         0);
        ck_assert_str_eq(reference.given,
                         emulated_sets[i] == RULES_PYTHON_3_7 ? row->python_3_7 : row->given);
    }
}
END_TEST

START_TEST(addresses_are_addresses)
{
    for (int i = 0; i < N_ROWS(emulated_sets); i++) {
        struct reference reference;

        ck_assert_int_eq(
            reference_host_parse(&reference, emulated_sets[i], (const uint8_t *)"2001:DB8::1", 11),
            0);
        ck_assert_int_eq(reference.type, IDENTITY_IP);
        ck_assert_int_eq(reference.set, emulated_sets[i]);
        ck_assert_str_eq(reference.value, "2001:db8::1");
        ck_assert_str_eq(reference.given, "2001:DB8::1");
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("reference-peers");
    TCase *rows = tcase_create("rows");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_loop_test(rows, odd_references, 0, N_ROWS(odd_rows));
    tcase_add_loop_test(rows, what_is_compared, 0, N_ROWS(given_rows));
    tcase_add_test(rows, addresses_are_addresses);
    suite_add_tcase(suite, rows);

    srunner_run_all(runner, CK_NORMAL);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
