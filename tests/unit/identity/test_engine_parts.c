/* SPDX-License-Identifier: MIT */

/* The engine's parts by themselves, asked for what its other parts never ask: each has to hold
 * alone.
 */

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "daemon/identity/idn.h"
#include "daemon/identity/name.h"
#include "daemon/identity/rule_set.h"
#include "daemon/identity/uri.h"
#include "tests/unit/identity/match_rows.h"

#define T(text) text, sizeof(text) - 1

static const uint8_t *bytes(const char *text)
{
    return (const uint8_t *)text;
}

/* --- names --- */

static const struct common_row {
    const char *a, *b;
    size_t n_common;
} common_rows[] = {
    {"", "a.", 0},      {"", "", 0},        {"a", "", 0},        {"", "a", 0},
    {"a", "a", 1},      {"a", "b", 0},      {"a.b", "A.B", 2},   {"x.a.b", "a.b", 2},
    {"xa.b", "a.b", 1}, {"a.b", "xa.b", 1}, {"a.b", "x.a.b", 2}, {"a.c.b", "a.d.b", 1},
    {".a", "a", 1},     {".", ".", 2},      {"a.", "a", 0},      {"ab.example", "cb.example", 1},
};

START_TEST(common_labels)
{
    const struct common_row *row = &common_rows[_i];
    uint8_t *a = exactly(row->a, strlen(row->a)), *b = exactly(row->b, strlen(row->b));

    ck_assert_uint_eq(name_common_labels(a, strlen(row->a), b, strlen(row->b)), row->n_common);
    ck_assert_uint_eq(name_common_labels(b, strlen(row->b), a, strlen(row->a)), row->n_common);
    free(a);
    free(b);
}
END_TEST

static const struct label_row {
    const char *label;
    bool ldh, xn;
} label_rows[] = {
    {"", false, false},         {"a", true, false},      {"-", false, false},
    {"-a", false, false},       {"a-", false, false},    {"a-b", true, false},
    {"a_b", false, false},      {"a*", false, false},    {"a.b", false, false},
    {"\xc3\xbc", false, false}, {LABEL_63, true, false}, {LABEL_63 "a", false, false},
    {"xn-", false, false},      {"xn--", false, true},   {"XN--a", true, true},
    {"xm--a", true, false},     {"axn--a", true, false},
};

START_TEST(labels)
{
    const struct label_row *row = &label_rows[_i];
    uint8_t *label = exactly(row->label, strlen(row->label));

    ck_assert_int_eq(name_label_is_ldh(label, strlen(row->label)), row->ldh);
    ck_assert_int_eq(name_label_is_xn(label, strlen(row->label)), row->xn);
    free(label);
}
END_TEST

/* Of all pairs of bytes only the two cases of an ASCII letter are equal, at every place of a word
 * and behind it. */
START_TEST(equal_but_for_case)
{
    uint8_t a[19], b[19];

    memset(a, 'q', sizeof(a));
    memset(b, 'Q', sizeof(b));
    for (size_t at = 0; at < sizeof(a); at++) {
        for (unsigned i = 0; i < 0x10000; i++) {
            uint8_t x = (uint8_t)(i >> 8), y = (uint8_t)i;
            bool letter = (x >= 'a' && x <= 'z') || (x >= 'A' && x <= 'Z');

            a[at] = x;
            b[at] = y;
            if (name_equal(a, sizeof(a), b, sizeof(b)) != (x == y || (letter && (x ^ y) == 0x20)))
                ck_abort_msg("%02x and %02x at %zu", x, y, at);
        }
        a[at] = b[at] = 'q';
    }
    ck_assert(!name_equal(a, 18, b, 19));
    ck_assert(!name_equal(a, 19, b, 18));
    ck_assert(name_equal(NULL, 0, b, 0));
}
END_TEST

/* ASCII letters alone, and no byte more than it is told. */
START_TEST(lower_case)
{
    char text[] = "AZ@[`{az\xc9.AZ";

    name_lower(text, sizeof(text) - 2);
    ck_assert_str_eq(text, "az@[`{az\xc9.aZ");
}
END_TEST

START_TEST(a_number_at_the_end)
{
    static const struct {
        const char *name;
        bool number;
    } rows[] = {
        {"", false},    {"1", true},     {"a", false},     {"a.1", true},
        {"1.a", false}, {"a.1b", false}, {"a.0123", true}, {"a.1.", false},
        {".", false},   {"1a", false},   {"a1", false},    {"a.1-1", false},
    };

    for (int i = 0; i < N_ROWS(rows); i++) {
        uint8_t *name = exactly(rows[i].name, strlen(rows[i].name));

        ck_assert_int_eq(name_ends_in_number(name, strlen(rows[i].name)), rows[i].number);
        free(name);
    }
}
END_TEST

/* --- text --- */

/* A byte beyond ASCII is found at every place, of any length; at the edges of what UTF-8 is. */
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
    /* One that is cut off is none, whatever stands behind the end. */
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

/* Exactly the characters of Unicode's White_Space, and none of their neighbours. */
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

/* --- URIs --- */

static const struct uri_row {
    const char *text;
    int expected;
    const char *scheme, *host;
} uri_rows[] = {
    {"https://a", URI_OK, "https", "a"},
    {"A+b-c.9://a", URI_OK, "A+b-c.9", "a"},
    {"https://u:p@a:1/@b", URI_OK, "https", "a"},
    {"https://@a", URI_OK, "https", "a"},
    {"https://a:", URI_OK, "https", "a"},
    {"https://[::1]", URI_OK, "https", "[::1]"},
    {"https://[::1]:1", URI_OK, "https", "[::1]"},
    {"https://[::1", URI_OK, "https", "[::1"},
    {"https://[::1]x", URI_OK, "https", "[::1]x"},
    {"https://a%2e/%2e", URI_OK, "https", "a%2e"},
    {"https://a/-._~:/?#[]@!$&'()*+,;=%", URI_OK, "https", "a"},
    {"https://u-._~!$&'()*+,;=:%@a", URI_OK, "https", "a"},
    {"https://\xc3\xbc/", URI_OK, "https", "\xc3\xbc"},
    {"sip:a", URI_OK, "sip", "a"},
    {"sips:a:1;b?c", URI_OK, "sips", "a"},
    {"SIP:a?b", URI_OK, "SIP", "a"},
    {"sip:[::1]:5060", URI_OK, "sip", "[::1]"},
    {"sipx://a", URI_OK, "sipx", "a"},
    {"", URI_NO_SCHEME, NULL, NULL},
    {"a", URI_NO_SCHEME, NULL, NULL},
    {":", URI_NO_SCHEME, NULL, NULL},
    {"9a://a", URI_NO_SCHEME, NULL, NULL},
    {"+a://a", URI_NO_SCHEME, NULL, NULL},
    {"a/b://a", URI_NO_SCHEME, NULL, NULL},
    {"a", URI_NO_SCHEME, NULL, NULL},
    {"a:", URI_NO_HOST, NULL, NULL},
    {"a:/", URI_NO_HOST, NULL, NULL},
    {"a://", URI_NO_HOST, NULL, NULL},
    {"a:/b", URI_NO_HOST, NULL, NULL},
    {"a:bc", URI_NO_HOST, NULL, NULL},
    {"a://:1", URI_NO_HOST, NULL, NULL},
    {"a://@", URI_NO_HOST, NULL, NULL},
    {"a:///", URI_NO_HOST, NULL, NULL},
    {"a://?b", URI_NO_HOST, NULL, NULL},
    {"a://#b", URI_NO_HOST, NULL, NULL},
    {"sip:", URI_NO_HOST, NULL, NULL},
    {"sip:;a", URI_NO_HOST, NULL, NULL},
    {"sip:?a", URI_NO_HOST, NULL, NULL},
    {"sip::1", URI_NO_HOST, NULL, NULL},
    {"a://b:c", URI_PORT, NULL, NULL},
    {"a://b:1a", URI_PORT, NULL, NULL},
    {"a://[::1]:x", URI_PORT, NULL, NULL},
    {"sip:a:b", URI_PORT, NULL, NULL},
    {"sip:a@b", URI_USER, NULL, NULL},
    {"sip:@b", URI_USER, NULL, NULL},
    {"sip:b;c=@", URI_USER, NULL, NULL},
    {"a://b/\"", URI_CHARACTER, NULL, NULL},
    {"a://b/<", URI_CHARACTER, NULL, NULL},
    {"a://b/ ", URI_CHARACTER, NULL, NULL},
    {"a://b/\\", URI_CHARACTER, NULL, NULL},
    {"a://b/^", URI_CHARACTER, NULL, NULL},
    {"a://b/`", URI_CHARACTER, NULL, NULL},
    {"a://b/{", URI_CHARACTER, NULL, NULL},
    {"a://b/|", URI_CHARACTER, NULL, NULL},
    {"a://b/\x7f", URI_CHARACTER, NULL, NULL},
    {"a://b/\xc3\xbc", URI_CHARACTER, NULL, NULL},
    {"a:// @b", URI_CHARACTER, NULL, NULL},
    {"a://\xc3\xbc@b", URI_CHARACTER, NULL, NULL},
    {"sip:a;<", URI_CHARACTER, NULL, NULL},
};

START_TEST(uris)
{
    const struct uri_row *row = &uri_rows[_i];
    struct uri uri = {0};
    uint8_t *copy = exactly(row->text, strlen(row->text));
    int r = uri_split(copy, strlen(row->text), &uri);

    ck_assert_msg(r == row->expected, "%s: %d", row->text, r);
    if (r == 0) {
        ck_assert_uint_eq(uri.scheme_len, strlen(row->scheme));
        ck_assert_mem_eq(uri.scheme, row->scheme, uri.scheme_len);
        ck_assert_uint_eq(uri.host_len, strlen(row->host));
        ck_assert_mem_eq(uri.host, row->host, uri.host_len);
    }
    free(copy);
}
END_TEST

/* A NUL ends nothing: it stands in a host as any byte does, and nowhere else. */
START_TEST(a_nul_in_a_uri)
{
    static const struct {
        const char *text;
        size_t len;
        int expected;
        size_t host_len;
    } rows[] = {
        {T("a://b\0c"), URI_OK, 3},         {T("a://b\0c/d"), URI_OK, 3},
        {T("a://b\0c:1"), URI_OK, 3},       {T("a://[b\0]:1"), URI_OK, 4},
        {T("sip:b\0c"), URI_OK, 3},         {T("sip:b\0c;d"), URI_OK, 3},
        {T("a://u\0@b"), URI_CHARACTER, 0}, {T("a://b/\0"), URI_CHARACTER, 0},
        {T("sip:b;\0"), URI_CHARACTER, 0},  {T("a://b:\0"), URI_PORT, 0},
        {T("a\0://b"), URI_NO_SCHEME, 0},
    };

    for (int i = 0; i < N_ROWS(rows); i++) {
        struct uri uri = {0};

        ck_assert_int_eq(uri_split(bytes(rows[i].text), rows[i].len, &uri), rows[i].expected);
        if (rows[i].expected == URI_OK)
            ck_assert_uint_eq(uri.host_len, rows[i].host_len);
    }
}
END_TEST

/* --- labels beyond ASCII --- */

/* What maps to nothing counts before it is mapped, and is looked at up to the bound. */
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

/* --- references that no parser gives --- */

/* What begins with a dot: a star never stands for a label of no length. */
START_TEST(a_star_for_nothing)
{
    static const struct reference reference = {
        .kind = REFERENCE_HOST,
        .type = IDENTITY_DNS,
        .given = ".example.com",
        .given_len = 12,
    };
    static const struct identity star = DNS("*.example.com");

    ck_assert_int_eq(set_openssl_name(&reference, &star, true), MISS_WILDCARD_LABEL);
    ck_assert_int_eq(set_openssl_name(&reference, &star, false), MISS_WILDCARD_LABEL);
    ck_assert_int_eq(set_python_3_5_name(&reference, &star), MISS_WILDCARD_LABEL);
    ck_assert_int_eq(set_rfc9525_name(bytes(".example.com"), 12, &star), MISS_WILDCARD_LABEL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("engine-parts");
    TCase *parts = tcase_create("parts");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_set_timeout(parts, 60);
    tcase_add_loop_test(parts, common_labels, 0, N_ROWS(common_rows));
    tcase_add_loop_test(parts, labels, 0, N_ROWS(label_rows));
    tcase_add_test(parts, equal_but_for_case);
    tcase_add_test(parts, lower_case);
    tcase_add_test(parts, a_number_at_the_end);
    tcase_add_test(parts, unicode);
    tcase_add_test(parts, white_space);
    tcase_add_loop_test(parts, uris, 0, N_ROWS(uri_rows));
    tcase_add_test(parts, a_nul_in_a_uri);
    tcase_add_test(parts, the_longest_label_before_it_is_mapped);
    tcase_add_test(parts, a_star_for_nothing);
    suite_add_tcase(suite, parts);

    srunner_run_all(runner, CK_NORMAL);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
