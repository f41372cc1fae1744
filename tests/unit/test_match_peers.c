/* SPDX-License-Identifier: MIT */

/*
 * The rule sets of peers: what was measured of the peers themselves, on certificates whose every
 * name matters; how a walk ends early; and the switches, which only ever refuse.
 */

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/identity/match.h"

#define T(text) text, sizeof(text) - 1
#define IDENTITY(type, text)                                                                       \
    {                                                                                              \
        type, (const uint8_t *)(text), sizeof(text) - 1                                            \
    }
#define DNS(text)   IDENTITY(IDENTITY_DNS, text)
#define IP(octets)  IDENTITY(IDENTITY_IP, octets)
#define CN(text)    IDENTITY(IDENTITY_CN, text)
#define EMAIL(text) IDENTITY(IDENTITY_EMAIL, text)
#define URI(text)   IDENTITY(IDENTITY_URI, text)
#define SRV(text)   IDENTITY(IDENTITY_SRV, text)
#define OTHER(text) IDENTITY(IDENTITY_OTHER, text)
#define MALFORMED   IDENTITY(IDENTITY_MALFORMED, "\x30\x80")

#define N_ROWS(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))
#define N_PRESENTED  4

#define V4_1      "\xc0\0\2\1"
#define V6_1      "\x20\1\xd\xb8\0\0\0\0\0\0\0\0\0\0\0\1"
#define V4_MAPPED "\0\0\0\0\0\0\0\0\0\0\xff\xff\xc0\0\2\1"
#define LABEL_63  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static struct suffix_list *suffixes;

static void open_suffixes(void)
{
    ck_assert_int_eq(suffix_list_open(&suffixes), 0);
}

static void close_suffixes(void)
{
    suffixes = suffix_list_close(suffixes);
}

static size_t count(const struct identity *presented)
{
    size_t n = 0;

    while (n < N_PRESENTED && presented[n].type != IDENTITY_NONE)
        n++;
    return n;
}

/* 0 where the reference is refused: that is no match either. */
static enum match ask(const struct rules *rules, const struct identity *presented, const char *text,
                      size_t len, struct reference *reference, struct match_result *result)
{
    struct match_rules with = {.suffixes = suffixes, .rules = *rules};

    *result = (struct match_result){0};
    if (reference_parse(reference, rules->set, (const uint8_t *)text, len) == 0)
        match_all(&with, reference, presented, count(presented), result);
    return result->match;
}

/* STRICTER: the peer accepts, and we refuse the reference: a dot first to libcrypto, white space to
 * Python. */
enum verdict { NO = 1, YES, STRICTER };

/* What was measured: match_hostname() of Python 3.6, the handshake of 3.7 to 3.12 with the common
 * name on and off, and X509_check_host with flags 0 and 0x24. */
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
                   const char *peer)
{
    struct reference reference;
    struct match_result result;
    enum match match = ask(rules, row->presented, row->reference, row->len, &reference, &result);

    /* X509_check_host is not asked for addresses. */
    if (rules->set == RULES_OPENSSL && reference.type == IDENTITY_IP)
        expected = row->handshake;
    ck_assert_msg((match == MATCH_FOUND) == (expected == YES), "%s, row %d: %s", peer,
                  (int)(row - measured_rows), row->reference);
    ck_assert_msg(expected != STRICTER || reference.type == IDENTITY_NONE, "%s: %s is taken", peer,
                  row->reference);
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

/* What else decides: the walk, its end, and what tells python-3.5 from python-3.7. */
static const struct walk_row {
    const char *intent;
    enum rule_set set;
    const char *reference;
    enum match match;
    size_t at; /* what matched, or is nearest */
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
     MISS_MALFORMED,
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
     0,
     MISS_NOT_A_NAME,
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
    enum match match = ask(&rules, row->presented, row->reference, strlen(row->reference),
                           &reference, &result);

    ck_assert_int_ne(reference.type, IDENTITY_NONE);
    ck_assert_msg(match == row->match, "%s", row->intent);
    ck_assert_msg(result.why == row->why, "%s: %s", row->intent, miss_name(result.why));
    ck_assert_msg((match == MATCH_FOUND ? result.matched : result.nearest) == row->at, "%s",
                  row->intent);
    ck_assert_msg(result.ended == row->ended, "%s: ended", row->intent);
}
END_TEST

/* One switch, and what it makes of a match. */
static const struct switch_row {
    const char *intent;
    struct rules rules;
    const char *reference;
    enum miss expected;
    struct identity presented[N_PRESENTED];
} switch_rows[] = {
#define NONE   .wildcards = RULE_WILDCARDS_NONE
#define LEFT   .wildcards = RULE_WILDCARDS_LEFT_LABEL
#define ICANN  .public_suffix = RULE_PUBLIC_SUFFIX_REFUSE_ICANN
#define ALL    .public_suffix = RULE_PUBLIC_SUFFIX_REFUSE_ALL
#define CN_NO  .common_name = RULE_COMMON_NAME_NO
#define CN_YES .common_name = RULE_COMMON_NAME_YES
    {"none",
     {.set = RULES_RFC9525, NONE},
     "a.example.com",
     MISS_WILDCARD_OFF,
     {DNS("*.example.com")}},
    {"none",
     {.set = RULES_OPENSSL, NONE},
     "a.example.com",
     MISS_WILDCARD_OFF,
     {DNS("*.example.com")}},
    {"none, be it for itself",
     {.set = RULES_OPENSSL, NONE},
     "*.example.com",
     MISS_WILDCARD_OFF,
     {DNS("*.example.com")}},
    {"none, and another matches",
     {.set = RULES_OPENSSL, NONE},
     "a.example.com",
     MISS_NONE,
     {DNS("*.example.com"), DNS("a.example.com")}},
    {"a value that is none",
     {.set = RULES_OPENSSL, .wildcards = (enum rule_wildcards)9},
     "a.example.com",
     MISS_WILDCARD_OFF,
     {DNS("*.example.com")}},
    {"left", {.set = RULES_RFC9525, LEFT}, "a.example.com", MISS_NONE, {DNS("*.example.com")}},
    {"left", {.set = RULES_PYTHON_3_5, LEFT}, "localhost", MISS_NONE, {DNS("*")}},
    {"left, partial",
     {.set = RULES_PYTHON_3_5, LEFT},
     "www.example.com",
     MISS_WILDCARD_PLACE,
     {DNS("w*w.example.com")}},
    {"left, partial",
     {.set = RULES_OPENSSL, LEFT},
     "www.example.com",
     MISS_WILDCARD_PLACE,
     {DNS("*w.example.com")}},
    {"left, and one more for itself",
     {.set = RULES_PYTHON_3_5, LEFT},
     "a.*.com",
     MISS_WILDCARD_PLACE,
     {DNS("*.*.com")}},
    {"left, the common name",
     {.set = RULES_OPENSSL, LEFT},
     "www.example.com",
     MISS_WILDCARD_PLACE,
     {CN("w*.example.com")}},
    {"a fault stays one",
     {.set = RULES_PYTHON_3_5, NONE},
     "a.example.com",
     MISS_WILDCARD_SEVERAL,
     {DNS("**.example.com"), DNS("a.example.com")}},
    {"no list asked", {.set = RULES_OPENSSL}, "a.co.uk", MISS_NONE, {DNS("*.co.uk")}},
    {"ICANN",
     {.set = RULES_OPENSSL, ICANN},
     "a.co.uk",
     MISS_WILDCARD_PUBLIC_SUFFIX,
     {DNS("*.co.uk")}},
    {"ICANN, capitals, the dot",
     {.set = RULES_PYTHON_3_5, ICANN},
     "A.CO.UK.",
     MISS_WILDCARD_PUBLIC_SUFFIX,
     {DNS("*.Co.Uk.")}},
    {"ICANN, a company's",
     {.set = RULES_OPENSSL, ICANN},
     "a.github.io",
     MISS_NONE,
     {DNS("*.github.io")}},
    {"ICANN, a company's", {.set = RULES_RFC9525}, "a.github.io", MISS_NONE, {DNS("*.github.io")}},
    {"all",
     {.set = RULES_OPENSSL, ALL},
     "a.github.io",
     MISS_WILDCARD_PUBLIC_SUFFIX,
     {DNS("*.github.io")}},
    {"all",
     {.set = RULES_RFC9525, ALL},
     "a.github.io",
     MISS_WILDCARD_PUBLIC_SUFFIX,
     {DNS("*.github.io")}},
    {"a value that is none",
     {.set = RULES_RFC9525, .public_suffix = (enum rule_public_suffix)9},
     "a.github.io",
     MISS_WILDCARD_PUBLIC_SUFFIX,
     {DNS("*.github.io")}},
    {"all, partial",
     {.set = RULES_PYTHON_3_5, ALL},
     "ab.com",
     MISS_WILDCARD_PUBLIC_SUFFIX,
     {DNS("a*.com")}},
    {"all, in U-labels",
     {.set = RULES_PYTHON_3_5, ALL},
     "a.\u0440\u0444",
     MISS_WILDCARD_PUBLIC_SUFFIX,
     {DNS("*.\u0440\u0444")}},
    {"all, no star", {.set = RULES_OPENSSL, ALL}, "github.io", MISS_NONE, {DNS("github.io")}},
    {"off", {.set = RULES_PYTHON_3_5, CN_NO}, "a.example.com", MISS_CN_OFF, {CN("a.example.com")}},
    {"off, for an address",
     {.set = RULES_PYTHON_3_5, CN_NO},
     "192.0.2.1",
     MISS_CN_OFF,
     {CN("192.0.2.1")}},
    {"off", {.set = RULES_OPENSSL, CN_NO}, "a.example.com", MISS_CN_OFF, {CN("a.example.com")}},
    {"a value that is none",
     {.set = RULES_OPENSSL, .common_name = (enum rule_common_name)9},
     "a.example.com",
     MISS_CN_OFF,
     {CN("a.example.com")}},
    {"on, as ever",
     {.set = RULES_OPENSSL, CN_YES},
     "a.example.com",
     MISS_NONE,
     {CN("a.example.com")}},
    {"on, no more than as ever",
     {.set = RULES_OPENSSL, CN_YES},
     "192.0.2.1",
     MISS_CN_FOR_ADDRESS,
     {CN("192.0.2.1")}},
    {"unset", {.set = RULES_RFC9525}, "a.example.com", MISS_CN_OFF, {CN("a.example.com")}},
};

START_TEST(switches)
{
    const struct switch_row *row = &switch_rows[_i];
    struct reference reference;
    struct match_result result;

    ask(&row->rules, row->presented, row->reference, strlen(row->reference), &reference, &result);
    ck_assert_int_ne(reference.type, IDENTITY_NONE);
    ck_assert_msg((result.match == MATCH_FOUND) == (row->expected == MISS_NONE), "%s: %s",
                  row->intent, row->reference);
    ck_assert_msg(result.why == row->expected, "%s for %s: %s", row->intent, row->reference,
                  miss_name(result.why));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("match-peers");
    TCase *rows = tcase_create("rows");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_unchecked_fixture(rows, open_suffixes, close_suffixes);
    tcase_add_loop_test(rows, measured, 0, N_ROWS(measured_rows));
    tcase_add_loop_test(rows, walk, 0, N_ROWS(walk_rows));
    tcase_add_loop_test(rows, switches, 0, N_ROWS(switch_rows));
    suite_add_tcase(suite, rows);

    srunner_run_all(runner, CK_NORMAL);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
