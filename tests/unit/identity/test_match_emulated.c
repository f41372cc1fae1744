/* SPDX-License-Identifier: MIT */

/*
 * Tests the emulated rule sets with results that were recorded from OpenSSL and Python, and with
 * comparisons that end early because the emulated program fails.
 */

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/identity/match_fixture.h"

#define T(text) text, sizeof(text) - 1
/*
 * STRICTER: the emulated program accepts, but we refuse the reference. libcrypto takes a name that
 * begins with a dot for a pattern, and Python accepts white space.
 */
enum verdict { NO = 1, YES, STRICTER };

/*
 * The recorded results of match_hostname() in Python 3.6, of the handshake in Python 3.7 to 3.12
 * with common names on and off, and of X509_check_host with flags 0 and 0x24.
 */
static const struct row {
    const char *reference;
    size_t len;
    enum verdict python_3_6, handshake, handshake_off, check_host, check_host_24;
    struct identity presented[N_PRESENTED];
} measured_rows[] = {
    {T("cn.example.com"), YES, YES, NO, YES, NO, {CN("cn.example.com")}},
    {T("x.example.com"), NO, NO, NO, NO, NO, {CN("cn.example.com")}},
    {T("x.example.com"), NO, NO, NO, NO, NO, {{0}}},
    {T("cn.example.com"), NO, NO, NO, NO, NO, {DNS("san.example.com"), CN("cn.example.com")}},
    {T("san.example.com"), YES, YES, YES, YES, YES, {DNS("san.example.com"), CN("cn.example.com")}},
    {T("SAN.Example.COM"), YES, YES, YES, YES, YES, {DNS("san.example.com"), CN("cn.example.com")}},
    {T("san.example.com."), NO, NO, NO, NO, NO, {DNS("san.example.com"), CN("cn.example.com")}},
    {T("192.0.2.1"), YES, YES, YES, NO, NO, {IP(V4_1), IP(V6_1), CN("cn.example.com")}},
    {T("192.0.2.2"), NO, NO, NO, NO, NO, {IP(V4_1), IP(V6_1), CN("cn.example.com")}},
    {T("2001:db8::1"), YES, YES, YES, NO, NO, {IP(V4_1), IP(V6_1), CN("cn.example.com")}},
    {T("2001:0DB8:0:0::1"), YES, YES, YES, NO, NO, {IP(V4_1), IP(V6_1), CN("cn.example.com")}},
    {T("2001:db8::2"), NO, NO, NO, NO, NO, {IP(V4_1), IP(V6_1), CN("cn.example.com")}},
    {T("cn.example.com"), NO, YES, NO, YES, NO, {IP(V4_1), IP(V6_1), CN("cn.example.com")}},
    {T("cn.example.com"), YES, YES, NO, YES, NO, {EMAIL("a@example.com"), CN("cn.example.com")}},
    {T("cn.example.com"),
     YES,
     YES,
     NO,
     YES,
     NO,
     {URI("https://x.example.com/"), CN("cn.example.com")}},
    {T("192.0.2.1"), NO, NO, NO, YES, YES, {DNS("192.0.2.1"), CN("cn.example.com")}},
    {T("192.0.2.1"), YES, NO, NO, YES, NO, {CN("192.0.2.1")}},
    {T("a.example.com"), YES, YES, YES, YES, YES, {DNS("*.example.com"), CN("cn.example.com")}},
    {T("a.b.example.com"), NO, NO, NO, NO, NO, {DNS("*.example.com"), CN("cn.example.com")}},
    {T("example.com"), NO, NO, NO, NO, NO, {DNS("*.example.com"), CN("cn.example.com")}},
    {T(".example.com"),
     NO,
     NO,
     NO,
     STRICTER,
     STRICTER,
     {DNS("*.example.com"), CN("cn.example.com")}},
    {T("xn--bcher-kva.example.com"),
     YES,
     YES,
     YES,
     YES,
     YES,
     {DNS("*.example.com"), CN("cn.example.com")}},
    {T("b\u00fccher.example.com"),
     YES,
     YES,
     YES,
     NO,
     NO,
     {DNS("*.example.com"), CN("cn.example.com")}},
    {T("a_b.example.com"), YES, NO, NO, NO, NO, {DNS("*.example.com"), CN("cn.example.com")}},
    {T("*.example.com"), YES, YES, YES, YES, YES, {DNS("*.example.com"), CN("cn.example.com")}},
    {T("example.com"), YES, NO, NO, NO, NO, {DNS("*.com"), CN("cn.example.com")}},
    {T("localhost"), YES, NO, NO, NO, NO, {DNS("*"), CN("cn.example.com")}},
    {T("www1.example.com"), YES, NO, NO, YES, NO, {DNS("www*.example.com"), CN("cn.example.com")}},
    {T("www.example.com"), YES, NO, NO, YES, NO, {DNS("www*.example.com"), CN("cn.example.com")}},
    {T("awww.example.com"), YES, NO, NO, YES, NO, {DNS("*www.example.com"), CN("cn.example.com")}},
    {T("wxw.example.com"), YES, NO, NO, NO, NO, {DNS("w*w.example.com"), CN("cn.example.com")}},
    {T("www.a.example.com"), NO, NO, NO, NO, NO, {DNS("www.*.example.com"), CN("cn.example.com")}},
    {T("a.b.example.com"), NO, NO, NO, NO, NO, {DNS("*.*.example.com"), CN("cn.example.com")}},
    {T("a.example.com"), NO, NO, NO, NO, NO, {DNS("**.example.com"), CN("cn.example.com")}},
    {T("x.com"), NO, NO, NO, NO, NO, {DNS("**.example.com"), CN("cn.example.com")}},
    {T("host.example.com"), NO, NO, NO, NO, NO, {DNS("host.example.com."), CN("cn.example.com")}},
    {T("host.example.com."),
     YES,
     YES,
     YES,
     YES,
     YES,
     {DNS("host.example.com."), CN("cn.example.com")}},
    {T("foo_bar.example.com"),
     YES,
     YES,
     YES,
     YES,
     YES,
     {DNS("foo_bar.example.com"), CN("cn.example.com")}},
    {T("b\u00fccher.example.com"),
     NO,
     YES,
     YES,
     NO,
     NO,
     {DNS("xn--bcher-kva.example.com"), CN("cn.example.com")}},
    {T("xn--bcher-kva.example.com"),
     YES,
     YES,
     YES,
     YES,
     YES,
     {DNS("xn--bcher-kva.example.com"), CN("cn.example.com")}},
    {T("xn--bcher-kva.example.com"),
     NO,
     NO,
     NO,
     NO,
     NO,
     {DNS("xn--*.example.com"), CN("cn.example.com")}},
    {T("c.example.com"),
     NO,
     NO,
     NO,
     NO,
     NO,
     {DNS("a.example.com"), DNS("b.example.com"), IP(V4_1), CN("cn.example.com")}},
    {T("192.0.2.9"),
     NO,
     NO,
     NO,
     NO,
     NO,
     {DNS("a.example.com"), DNS("b.example.com"), IP(V4_1), CN("cn.example.com")}},
    {T("192.0.2.1"), NO, NO, NO, NO, NO, {IP(V4_MAPPED), CN("x")}},
    {T("::ffff:192.0.2.1"), YES, YES, YES, NO, NO, {IP(V4_MAPPED), CN("x")}},
    {T("a.localhost"), YES, NO, NO, NO, NO, {DNS("*.localhost"), CN("x")}},
    {T("a.example.com"), YES, YES, NO, YES, NO, {CN("*.example.com")}},
    {T("first.example.com"),
     YES,
     YES,
     NO,
     YES,
     NO,
     {CN("first.example.com"), CN("second.example.com")}},
    {T("second.example.com"),
     YES,
     YES,
     NO,
     YES,
     NO,
     {CN("first.example.com"), CN("second.example.com")}},
    {T("x.example.com"), NO, NO, NO, NO, NO, {CN("first.example.com"), CN("second.example.com")}},
    {T(""), NO, NO, NO, NO, NO, {DNS("san.example.com"), CN("cn.example.com")}},
    {T("[::1]"), NO, NO, NO, NO, NO, {DNS("san.example.com"), CN("cn.example.com")}},
    {T(LABEL_63 "a.example.com"),
     NO,
     NO,
     NO,
     NO,
     NO,
     {DNS("san.example.com"), CN("cn.example.com")}},
    {T("fe80::1%eth0"), NO, NO, NO, NO, NO, {IP(V4_1), IP(V6_1), CN("cn.example.com")}},
    {T("192.0.2.1 "), NO, STRICTER, STRICTER, NO, NO, {IP(V4_1), IP(V6_1), CN("cn.example.com")}},
    {T("127.1"), NO, NO, NO, NO, NO, {IP(V4_1), IP(V6_1), CN("cn.example.com")}},
    {T("san.example.com:443"), NO, NO, NO, NO, NO, {DNS("san.example.com"), CN("cn.example.com")}},
    {T("san\0.example.com"), NO, NO, NO, NO, NO, {DNS("san.example.com"), CN("cn.example.com")}},
    {T(".example.com"),
     NO,
     NO,
     NO,
     STRICTER,
     STRICTER,
     {DNS("san.example.com"), CN("cn.example.com")}},
};

static void expect(const struct rules *rules, const struct row *row, enum verdict expected,
                   const char *program)
{
    struct reference reference;
    struct match_result result;
    enum match match = match_ask(rules, row->presented, row->reference, row->len, &reference,
                                 &result);

    /* X509_check_host does not compare addresses, so there is no recorded result. */
    if (rules->set == RULES_OPENSSL && reference.type == IDENTITY_IP)
        expected = row->handshake;
    ck_assert_msg((match == MATCH_FOUND) == (expected == YES), "%s, row %d: %s", program,
                  (int)(row - measured_rows), row->reference);
    ck_assert_msg(expected != STRICTER || reference.type == IDENTITY_NONE, "%s: %s is taken",
                  program, row->reference);
}

START_TEST(measured)
{
    static const struct rules python_3_5 = {.set = RULES_PYTHON_3_5};
    static const struct rules python_3_7 = {.set = RULES_PYTHON_3_7};
    static const struct rules off = {.set = RULES_PYTHON_3_7, .common_name = RULE_COMMON_NAME_NO};
    static const struct rules openssl = {.set = RULES_OPENSSL};
    static const struct rules openssl_24 = {
        .set = RULES_OPENSSL,
        .common_name = RULE_COMMON_NAME_NO,
        .wildcards = RULE_WILDCARDS_LEFT_LABEL,
    };
    const struct row *row = &measured_rows[_i];

    expect(&python_3_5, row, row->python_3_6, "Python 3.6");
    expect(&python_3_7, row, row->handshake, "the handshake");
    expect(&off, row, row->handshake_off, "the handshake, common name off");
    expect(&openssl, row, row->check_host, "X509_check_host, 0");
    expect(&openssl_24, row, row->check_host_24, "X509_check_host, 0x24");
}
END_TEST

/*
 * Tests the order of comparisons, their early end, and the differences between python-3.5 and
 * python-3.7.
 */
static const struct walk_row {
    const char *intent;
    enum rule_set set;
    const char *reference;
    enum match match;
    size_t at; /* the index of the match or of the nearest miss */
    enum miss why;
    bool ended;
    struct identity presented[N_PRESENTED];
} walk_rows[] = {
    {"a fault hides what follows",
     RULES_PYTHON_3_5,
     "a.example.com",
     MATCH_NONE,
     0,
     MISS_WILDCARD_SEVERAL,
     true,
     {DNS("**.example.com"), DNS("a.example.com")}},
    {"and nothing before",
     RULES_PYTHON_3_5,
     "a.example.com",
     MATCH_FOUND,
     0,
     MISS_NONE,
     false,
     {DNS("a.example.com"), DNS("**.example.com")}},
    {"it is nearest, be another nearer",
     RULES_PYTHON_3_5,
     "a.example.com",
     MATCH_NONE,
     1,
     MISS_WILDCARD_SEVERAL,
     true,
     {DNS("b.example.com"), DNS("**"), DNS("a.example.com")}},
    {"no fault for an address",
     RULES_PYTHON_3_5,
     "192.0.2.1",
     MATCH_FOUND,
     1,
     MISS_NONE,
     false,
     {DNS("**.example.com"), IP(V4_1)}},
    {"but in a common name",
     RULES_PYTHON_3_5,
     "192.0.2.1",
     MATCH_NONE,
     0,
     MISS_WILDCARD_SEVERAL,
     true,
     {CN("**.0.2.1"), CN("192.0.2.1")}},
    {"no address ends a walk for one",
     RULES_PYTHON_3_5,
     "192.0.2.1",
     MATCH_NONE,
     0,
     MISS_ADDRESS_LENGTH,
     true,
     {IP("\xc0\0\2"), IP(V4_1)}},
    {"but not for a name",
     RULES_PYTHON_3_5,
     "a.example.com",
     MATCH_FOUND,
     1,
     MISS_NONE,
     false,
     {IP("\xc0\0\2"), DNS("a.example.com")}},
    {"nor in libcrypto",
     RULES_PYTHON_3_7,
     "192.0.2.1",
     MATCH_FOUND,
     1,
     MISS_NONE,
     false,
     {IP("\xc0\0\2"), IP(V4_1)}},
    {"what is no text hides all",
     RULES_PYTHON_3_5,
     "a.example.com",
     MATCH_NONE,
     1,
     MISS_NOT_UTF8,
     true,
     {DNS("a.example.com"), EMAIL("\xff@example.com")}},
    {"a URI, too",
     RULES_PYTHON_3_5,
     "a.example.com",
     MATCH_NONE,
     1,
     MISS_NOT_UTF8,
     true,
     {DNS("a.example.com"), URI("\xff")}},
    {"a name, too",
     RULES_PYTHON_3_5,
     "a.example.com",
     MATCH_NONE,
     1,
     MISS_NOT_UTF8,
     true,
     {DNS("a.example.com"), DNS("\xff")}},
    {"a common name, too",
     RULES_PYTHON_3_5,
     "a.example.com",
     MATCH_NONE,
     1,
     MISS_NOT_UTF8,
     true,
     {DNS("a.example.com"), CN("\xff")}},
    {"or one that does not decode",
     RULES_PYTHON_3_5,
     "a.example.com",
     MATCH_NONE,
     1,
     MISS_NOT_UTF8,
     true,
     {DNS("a.example.com"), {IDENTITY_CN, NULL, 0}}},
    {"in libcrypto, of its own kind",
     RULES_OPENSSL,
     "a.example.com",
     MATCH_NONE,
     0,
     MISS_MALFORMED,
     true,
     {{IDENTITY_CN, NULL, 0}, CN("a.example.com")}},
    {"and not before it is needed",
     RULES_OPENSSL,
     "a.example.com",
     MATCH_FOUND,
     1,
     MISS_NONE,
     false,
     {{IDENTITY_CN, NULL, 0}, DNS("a.example.com")}},
    {"an address silences the common name",
     RULES_PYTHON_3_5,
     "a.example.com",
     MATCH_NONE,
     1,
     MISS_CN_NOT_LAST_RESORT,
     false,
     {IP(V4_1), CN("a.example.com")}},
    {"not in libcrypto",
     RULES_PYTHON_3_7,
     "a.example.com",
     MATCH_FOUND,
     1,
     MISS_NONE,
     false,
     {IP(V4_1), CN("a.example.com")}},
    {"an empty name does",
     RULES_OPENSSL,
     "a.example.com",
     MATCH_NONE,
     1,
     MISS_CN_NOT_LAST_RESORT,
     false,
     {DNS(""), CN("a.example.com")}},
    {"a URI and a service do not",
     RULES_OPENSSL,
     "a.example.com",
     MATCH_FOUND,
     2,
     MISS_NONE,
     false,
     {URI("https://b.example.com/"), SRV("_imap.b.example.com"), CN("a.example.com")}},
    {"a name that cannot be decoded does",
     RULES_OPENSSL,
     "a.example.com",
     MATCH_NONE,
     1,
     MISS_CN_NOT_LAST_RESORT,
     false,
     {MALFORMED, CN("a.example.com")}},
    {"the last of several",
     RULES_PYTHON_3_7,
     "c.example.com",
     MATCH_FOUND,
     2,
     MISS_NONE,
     false,
     {CN("a.example.com"), CN("b.example.com"), CN("c.example.com")}},
    {"case beyond ASCII is not folded",
     RULES_PYTHON_3_5,
     "\u00fc.example.com",
     MATCH_NONE,
     0,
     MISS_LABEL,
     false,
     {DNS("\u00dc.example.com")}},
    {"nor is the Kelvin sign",
     RULES_PYTHON_3_5,
     "k.example.com",
     MATCH_NONE,
     0,
     MISS_LABEL,
     false,
     {DNS("\u212a.example.com")}},
    {"the same letters are the same",
     RULES_PYTHON_3_5,
     "\u00fc.example.com",
     MATCH_FOUND,
     0,
     MISS_NONE,
     false,
     {DNS("\u00fc.EXAMPLE.com")}},
    {"bytes are bytes to libcrypto",
     RULES_OPENSSL,
     "\u00fc.example.com",
     MATCH_FOUND,
     0,
     MISS_NONE,
     false,
     {DNS("\u00fc.example.com")}},
    {"and A-labels to the handshake",
     RULES_PYTHON_3_7,
     "\u00fc.example.com",
     MATCH_FOUND,
     1,
     MISS_NONE,
     false,
     {DNS("\u00fc.example.com"), DNS("xn--tda.example.com")}},
};

START_TEST(walk)
{
    const struct walk_row *row = &walk_rows[_i];
    const struct rules rules = {.set = row->set};
    struct reference reference;
    struct match_result result;
    enum match match = match_ask(&rules, row->presented, row->reference, strlen(row->reference),
                                 &reference, &result);

    ck_assert_int_ne(reference.type, IDENTITY_NONE);
    ck_assert_msg(match == row->match, "%s", row->intent);
    ck_assert_msg(result.why == row->why, "%s: %s", row->intent, miss_name(result.why));
    ck_assert_msg((match == MATCH_FOUND ? result.matched : result.nearest) == row->at, "%s",
                  row->intent);
    ck_assert_msg(result.ended == row->ended, "%s: ended", row->intent);
    ck_assert_msg(result.has_nearest == (match != MATCH_FOUND), "%s: nearest", row->intent);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("match-emulated");
    TCase *rows = tcase_create("rows");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_unchecked_fixture(rows, match_open_suffixes, match_close_suffixes);
    tcase_add_loop_test(rows, measured, 0, N_ROWS(measured_rows));
    tcase_add_loop_test(rows, walk, 0, N_ROWS(walk_rows));
    suite_add_tcase(suite, rows);

    srunner_run_all(runner, CK_NORMAL);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
