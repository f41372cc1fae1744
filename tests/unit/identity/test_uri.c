/* SPDX-License-Identifier: MIT */

/* Tests how URIs are split into scheme and host. */

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/identity/uri.h"
#include "tests/unit/identity/match_rows.h"

#define T(text) text, sizeof(text) - 1

static const uint8_t *bytes(const char *text)
{
    return (const uint8_t *)text;
}

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

/* A NUL does not end the text. In the host it is a byte like any other; elsewhere it is refused. */
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

int main(void)
{
    Suite *suite = suite_create("uri");
    TCase *uri = tcase_create("uri");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_loop_test(uri, uris, 0, N_ROWS(uri_rows));
    tcase_add_test(uri, a_nul_in_a_uri);
    suite_add_tcase(suite, uri);

    srunner_run_all(runner, CK_NORMAL);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
