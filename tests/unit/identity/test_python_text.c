/* SPDX-License-Identifier: MIT */

/*
 * Tests that messages are those that were recorded from Python, and that their length is limited.
 */

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/identity/python_text.h"
#include "tests/unit/identity/match_rows.h"

#define MANY 2000

#define NOTHING "no appropriate commonName or subjectAltName fields were found"

static void say(const struct rules *switches, const char *host, const struct identity *presented,
                size_t n_presented, char *text, size_t size)
{
    struct match_rules rules = {.rules = *switches};
    struct reference reference;
    struct match_result result;
    struct identity *copy;

    ck_assert_int_eq(
        reference_host_parse(&reference, RULES_PYTHON_3_5, (const uint8_t *)host, strlen(host)), 0);
    match_all(&rules, &reference, presented, n_presented, &result);
    ck_assert_int_eq(result.match, MATCH_NONE);
    /* The array of identities is copied too, so that ASan reports a read beyond its end. */
    copy = (struct identity *)exactly(presented, n_presented * sizeof(*presented));
    python_text(&rules, &reference, copy, n_presented, &result, text, size);
    free(copy);
}

static const struct row {
    enum rule_common_name common_name;
    const char *host;
    const char *expected;
    struct identity presented[N_PRESENTED];
} rows[] = {
    {0, "x.example.com", NOTHING, {{0}}},
    {0, "x.example.com", NOTHING, {EMAIL("a@example.com")}},
    {0,
     "x.example.com",
     "hostname 'x.example.com' doesn't match 'a.example.com'",
     {DNS("a.example.com"), CN("b.example.com"), EMAIL("a@example.com")}},
    {0,
     "x.example.com",
     "hostname 'x.example.com' doesn't match either of 'a.example.com', '192.0.2.1', "
     "'2001:DB8:0:0:0:0:0:1'",
     {DNS("a.example.com"), IP("\xc0\0\2\1"), IP("\x20\1\xd\xb8\0\0\0\0\0\0\0\0\0\0\0\1")}},
    {0,
     "x",
     "hostname 'x' doesn't match '\\x1f ~\\x7f\\x80\\xff\\u0100\\uffff\\U00010000'",
     {DNS("\x1f ~\x7f\xc2\x80\u00ff\u0100\uffff\U00010000")}},
    {0, "x", "hostname 'x' doesn't match ''", {{IDENTITY_DNS, NULL, 0}}},
    {0, "x", "hostname 'x' doesn't match \"'\"", {DNS("'")}},
    {0, "x", "hostname 'x' doesn't match '\"'", {DNS("\"")}},
    {0, "192.0.2.9", "hostname '192.0.2.9' doesn't match 'cn.example.com'", {CN("cn.example.com")}},
    {0,
     "X.example.com",
     "hostname 'X.example.com' doesn't match either of 'first.example.com', 'second.example.com'",
     {CN("first.example.com"), CN("second.example.com")}},
    {RULE_COMMON_NAME_NO, "x.example.com", NOTHING, {CN("cn.example.com")}},
    {RULE_COMMON_NAME_YES,
     "x.example.com",
     "hostname 'x.example.com' doesn't match 'cn.example.com'",
     {CN("cn.example.com")}},
    {0, "x.example.com", NOTHING, {MALFORMED, CN("cn.example.com")}},
    {0,
     "a.example.com",
     "too many wildcards in certificate DNS name: '**.example.com'",
     {DNS("**.example.com"), DNS("a.example.com")}},
    {0,
     "192.0.2.1",
     "'<invalid>' does not appear to be an IPv4 or IPv6 address",
     {IP("\xc0\0\2"), IP("\xc0\0\2\1")}},
    {0, "a.example.com", "hostname 'a.example.com' doesn't match '<invalid>'", {IP("\xc0\0\2")}},
    {0, "a.example.com", "'utf-8' codec can't decode a name of the certificate", {DNS("\xff")}},
    {0, "it's", "hostname \"it's\" doesn't match '\"'", {DNS("\"")}},
    {0, "x", "hostname 'x' doesn't match '\\'\"\\\\'", {DNS("'\"\\")}},
    {0, "x", "hostname 'x' doesn't match '\\n\\r\\t\\x00\\x1f\\x7f'", {DNS("\n\r\t\0\x1f\x7f")}},
    {0,
     "x",
     "hostname 'x' doesn't match either of '\\xfc', '\\u4f8b', '\\U0001f600'",
     {DNS("\u00fc"), DNS("\u4f8b"), DNS("\U0001f600")}},
    {0, "x", "hostname 'x' doesn't match ''", {DNS("")}},
};

START_TEST(messages)
{
    const struct row *row = &rows[_i];
    const struct rules switches = {.set = RULES_PYTHON_3_5, .common_name = row->common_name};
    char text[PYTHON_TEXT_BYTES];
    size_t n = 0;

    while (n < N_PRESENTED && row->presented[n].type != IDENTITY_NONE)
        n++;
    say(&switches, row->host, row->presented, n, text, sizeof(text));
    ck_assert_str_eq(text, row->expected);
}
END_TEST

/*
 * Names for which there is no room are counted; the listed and the counted names together are all
 * names.
 */
START_TEST(many_names)
{
    static const struct rules switches = {.set = RULES_PYTHON_3_5};
    static struct identity presented[MANY];
    char text[PYTHON_TEXT_BYTES];
    size_t n_shown = 0, n_more = 0;
    const char *more;

    for (size_t i = 0; i < MANY; i++)
        presented[i] = (struct identity)DNS("a.example.com");
    say(&switches, "x.example.com", presented, MANY, text, sizeof(text));

    for (const char *at = text; (at = strstr(at, "'a.example.com'")); at++)
        n_shown++;
    more = strstr(text, " and ");
    ck_assert_ptr_nonnull(more);
    ck_assert_int_eq(sscanf(more, " and %zu more", &n_more), 1);
    ck_assert_uint_eq(n_shown + n_more, MANY);
    ck_assert_uint_gt(n_shown, 100);
    ck_assert_str_eq(text + strlen(text) - 5, " more");
}
END_TEST

/* Tests a very long name, with buffers of all sizes. */
START_TEST(long_names_and_short_buffers)
{
    static const struct rules switches = {.set = RULES_PYTHON_3_5};
    static uint8_t name[65536];
    struct identity presented[2] = {{IDENTITY_DNS, name, sizeof(name)},
                                    {IDENTITY_DNS, name, sizeof(name)}};
    char whole[PYTHON_TEXT_BYTES], text[PYTHON_TEXT_BYTES + 1];

    memset(name, 1, sizeof(name));
    say(&switches, "x", presented, 1, whole, sizeof(whole));
    ck_assert_ptr_nonnull(strstr(whole, "\\x01...'"));
    presented[0].len = presented[1].len = 300;
    say(&switches, "x", presented, 2, whole, sizeof(whole));

    for (size_t size = 0; size <= sizeof(whole); size++) {
        memset(text, 'x', sizeof(text));
        say(&switches, "x", presented, 2, text, size);
        for (size_t i = size; i < sizeof(text); i++) {
            if (text[i] != 'x')
                ck_abort_msg("byte %zu behind %zu", i, size);
        }
        ck_assert(size == 0 || strnlen(text, size) < size);
        /* The first name is cut if necessary; the second one is counted if there is no room for it.
         */
        if (size > strlen(whole) / 2 + 64 && size <= strlen(whole))
            ck_assert_str_eq(text + strlen(text) - strlen(" and 1 more"), " and 1 more");
    }
    ck_assert_str_eq(text, whole);
}
END_TEST

/* A message with one name is cut only where the buffer ends. */
START_TEST(one_name_and_short_buffers)
{
    static const struct rules switches = {.set = RULES_PYTHON_3_5};
    static const struct identity presented = DNS("a.example.com");
    char whole[PYTHON_TEXT_BYTES], text[PYTHON_TEXT_BYTES];

    say(&switches, "x", &presented, 1, whole, sizeof(whole));
    for (size_t size = 1; size <= strlen(whole) + 1; size++) {
        say(&switches, "x", &presented, 1, text, size);
        ck_assert_uint_eq(strlen(text), size - 1);
        ck_assert_int_eq(strncmp(text, whole, size - 1), 0);
    }
}
END_TEST

/* Tests the message for names of about the length at which they are cut. */
START_TEST(names_around_the_longest_shown)
{
    static const struct rules switches = {.set = RULES_PYTHON_3_5};
    char name[130], text[PYTHON_TEXT_BYTES], expected[PYTHON_TEXT_BYTES];

    memset(name, 'a', sizeof(name));
    for (size_t len = 126; len <= sizeof(name); len++) {
        struct identity presented = {IDENTITY_DNS, (const uint8_t *)name, len};

        say(&switches, "x", &presented, 1, text, sizeof(text));
        snprintf(expected, sizeof(expected), "hostname 'x' doesn't match '%.*s%s'",
                 (int)(len > 128 ? 128 : len), name, len > 128 ? "..." : "");
        ck_assert_str_eq(text, expected);
    }
}
END_TEST

/*
 * A name that is not UTF-8 is shown byte by byte. Python 3.5 fails at such a name, so the result
 * here is that of another rule set.
 */
START_TEST(a_name_that_is_no_text)
{
    static const char name[] = "\xfc\xc3\xbc\xc3";
    uint8_t *data = exactly(name, sizeof(name) - 1);
    struct identity presented = {IDENTITY_DNS, data, sizeof(name) - 1};
    struct match_rules rules = {.rules = {.set = RULES_OPENSSL}};
    struct match_result result = {.has_nearest = true, .why = MISS_LABEL};
    struct reference reference;
    char text[PYTHON_TEXT_BYTES];

    ck_assert_int_eq(
        reference_host_parse(&reference, RULES_OPENSSL, (const uint8_t *)"a.example", 9), 0);
    python_text(&rules, &reference, &presented, 1, &result, text, sizeof(text));
    free(data);
    ck_assert_str_eq(text, "hostname 'a.example' doesn't match '\\xfc\\xfc\\xc3'");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("match-python-text");
    TCase *texts = tcase_create("texts");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_loop_test(texts, messages, 0, N_ROWS(rows));
    tcase_add_test(texts, many_names);
    tcase_add_test(texts, long_names_and_short_buffers);
    tcase_add_test(texts, one_name_and_short_buffers);
    tcase_add_test(texts, names_around_the_longest_shown);
    tcase_add_test(texts, a_name_that_is_no_text);
    suite_add_tcase(suite, texts);

    srunner_run_all(runner, CK_NORMAL);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
