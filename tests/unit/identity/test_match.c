/* SPDX-License-Identifier: MIT */

/*
 * Tests the matching engine: which identities match which reference, and which one is the nearest
 * miss.
 */

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/identity/match.h"
#include "tests/unit/identity/match_rows.h"

static struct suffix_list *suffixes;

static void open_suffixes(void)
{
    ck_assert_int_eq(suffix_list_open(&suffixes), 0);
}

static void close_suffixes(void)
{
    suffixes = suffix_list_close(suffixes);
}

static struct match_rules rules_with(bool common_name)
{
    return (struct match_rules){
        .suffixes = suffixes,
        .rules = {.common_name = common_name ? RULE_COMMON_NAME_YES : RULE_COMMON_NAME_NO},
    };
}

static struct reference reference_of(const char *text)
{
    struct reference reference;
    int r = reference_host_parse(&reference, RULES_RFC9525, (const uint8_t *)text, strlen(text));

    ck_assert_msg(r == 0, "%s is no reference: %d", text, r);
    return reference;
}

static size_t count(const struct identity *presented)
{
    size_t n = 0;

    while (n < N_PRESENTED && presented[n].type != IDENTITY_NONE)
        n++;
    return n;
}

enum verdict { NO = 1, YES, INVALID };

static enum verdict ask(const struct identity *presented, const char *text, bool common_name)
{
    struct match_rules rules = rules_with(common_name);
    struct match_result result;
    struct reference reference;

    if (reference_host_parse(&reference, RULES_RFC9525, (const uint8_t *)text, strlen(text)) != 0)
        return INVALID;
    match_all(&rules, &reference, presented, count(presented), &result);
    return result.match == MATCH_FOUND ? YES : NO;
}

/* Results that were recorded from other implementations, with common names off and on. */
static const struct row {
    const char *reference;
    enum verdict off, on;
    struct identity presented[N_PRESENTED];
} measured_rows[] = {
    {"cn.example.com", NO, YES, {CN("cn.example.com")}},
    {"x.example.com", NO, NO, {CN("cn.example.com")}},
    {"x.example.com", NO, NO, {{0}}},
    {"cn.example.com", NO, NO, {CN("cn.example.com"), DNS("san.example.com")}},
    {"san.example.com", YES, YES, {CN("cn.example.com"), DNS("san.example.com")}},
    {"SAN.Example.COM", YES, YES, {CN("cn.example.com"), DNS("san.example.com")}},
    {"san.example.com.", YES, YES, {CN("cn.example.com"), DNS("san.example.com")}},
    {"192.0.2.1", YES, YES, {CN("cn.example.com"), IP(V4_1), IP(V6_1)}},
    {"192.0.2.2", NO, NO, {CN("cn.example.com"), IP(V4_1), IP(V6_1)}},
    {"2001:db8::1", YES, YES, {CN("cn.example.com"), IP(V4_1), IP(V6_1)}},
    {"2001:0DB8:0:0::1", YES, YES, {CN("cn.example.com"), IP(V4_1), IP(V6_1)}},
    {"2001:db8::2", NO, NO, {CN("cn.example.com"), IP(V4_1), IP(V6_1)}},
    {"cn.example.com", NO, NO, {CN("cn.example.com"), IP(V4_1), IP(V6_1)}},
    {"cn.example.com", NO, YES, {CN("cn.example.com"), EMAIL("a@example.com")}},
    {"cn.example.com", NO, NO, {CN("cn.example.com"), URI("https://x.example.com/")}},
    {"192.0.2.1", NO, NO, {CN("cn.example.com"), DNS("192.0.2.1")}},
    {"192.0.2.1", NO, NO, {CN("192.0.2.1")}},
    {"a.example.com", YES, YES, {CN("cn.example.com"), DNS("*.example.com")}},
    {"a.b.example.com", NO, NO, {CN("cn.example.com"), DNS("*.example.com")}},
    {"example.com", NO, NO, {CN("cn.example.com"), DNS("*.example.com")}},
    {".example.com", INVALID, INVALID, {CN("cn.example.com"), DNS("*.example.com")}},
    {"xn--bcher-kva.example.com", YES, YES, {CN("cn.example.com"), DNS("*.example.com")}},
    {"b\u00fccher.example.com", YES, YES, {CN("cn.example.com"), DNS("*.example.com")}},
    {"a_b.example.com", NO, NO, {CN("cn.example.com"), DNS("*.example.com")}},
    {"*.example.com", INVALID, INVALID, {CN("cn.example.com"), DNS("*.example.com")}},
    {"a b.example.com", INVALID, INVALID, {CN("cn.example.com"), DNS("*.example.com")}},
    {"a\nb.example.com", INVALID, INVALID, {CN("cn.example.com"), DNS("*.example.com")}},
    {"\u00e9.example.com", YES, YES, {CN("cn.example.com"), DNS("*.example.com")}},
    {"example.com", NO, NO, {CN("cn.example.com"), DNS("*.com")}},
    {"localhost", NO, NO, {CN("cn.example.com"), DNS("*")}},
    {"www1.example.com", NO, NO, {CN("cn.example.com"), DNS("www*.example.com")}},
    {"www.example.com", NO, NO, {CN("cn.example.com"), DNS("www*.example.com")}},
    {"awww.example.com", NO, NO, {CN("cn.example.com"), DNS("*www.example.com")}},
    {"wxw.example.com", NO, NO, {CN("cn.example.com"), DNS("w*w.example.com")}},
    {"www.a.example.com", NO, NO, {CN("cn.example.com"), DNS("www.*.example.com")}},
    {"a.b.example.com", NO, NO, {CN("cn.example.com"), DNS("*.*.example.com")}},
    {"a.example.com", NO, NO, {CN("cn.example.com"), DNS("**.example.com")}},
    {"x.com", NO, NO, {CN("cn.example.com"), DNS("**.example.com")}},
    {"host.example.com", NO, NO, {CN("cn.example.com"), DNS("host.example.com.")}},
    {"host.example.com.", NO, NO, {CN("cn.example.com"), DNS("host.example.com.")}},
    {"foo_bar.example.com", YES, YES, {CN("cn.example.com"), DNS("foo_bar.example.com")}},
    {"b\u00fccher.example.com", YES, YES, {CN("cn.example.com"), DNS("xn--bcher-kva.example.com")}},
    {"xn--bcher-kva.example.com",
     YES,
     YES,
     {CN("cn.example.com"), DNS("xn--bcher-kva.example.com")}},
    {"xn--bcher-kva.example.com", NO, NO, {CN("cn.example.com"), DNS("xn--*.example.com")}},
    {"XN--bcher-kva.example.com", NO, NO, {CN("cn.example.com"), DNS("XN--*.example.com")}},
    {"c.example.com",
     NO,
     NO,
     {CN("cn.example.com"), DNS("a.example.com"), DNS("b.example.com"), IP(V4_1)}},
    {"192.0.2.9",
     NO,
     NO,
     {CN("cn.example.com"), DNS("a.example.com"), DNS("b.example.com"), IP(V4_1)}},
    {"192.0.2.1", NO, NO, {CN("x"), IP(V4_MAPPED)}},
    {"::ffff:192.0.2.1", YES, YES, {CN("x"), IP(V4_MAPPED)}},
    {"a.localhost", NO, NO, {CN("x"), DNS("*.localhost")}},
    {"a.example.com", NO, YES, {CN("*.example.com")}},
    {"first.example.com", NO, NO, {CN("first.example.com"), CN("second.example.com")}},
    {"second.example.com", NO, NO, {CN("first.example.com"), CN("second.example.com")}},
    {"x.example.com", NO, NO, {CN("first.example.com"), CN("second.example.com")}},
    {"", INVALID, INVALID, {CN("cn.example.com"), DNS("san.example.com")}},
    {"[::1]", INVALID, INVALID, {CN("cn.example.com"), DNS("san.example.com")}},
    {LABEL_63 "a.example.com", INVALID, INVALID, {CN("cn.example.com"), DNS("san.example.com")}},
    {"fe80::1%eth0", INVALID, INVALID, {CN("cn.example.com"), IP(V4_1), IP(V6_1)}},
    {"192.0.2.1 ", INVALID, INVALID, {CN("cn.example.com"), IP(V4_1), IP(V6_1)}},
    {"127.1", INVALID, INVALID, {CN("cn.example.com"), IP(V4_1), IP(V6_1)}},
    {"san.example.com:443", INVALID, INVALID, {CN("cn.example.com"), DNS("san.example.com")}},
    {".example.com", INVALID, INVALID, {CN("cn.example.com"), DNS("san.example.com")}},
};

START_TEST(measured)
{
    const struct row *row = &measured_rows[_i];

    ck_assert_int_eq(ask(row->presented, row->reference, false), row->off);
    ck_assert_int_eq(ask(row->presented, row->reference, true), row->on);
}
END_TEST

/*
 * A common name is a last resort (RFC 6125 section 6.4.4): the rows show with which other
 * identities it is still compared.
 */
static const struct row common_name_rows[] = {
    {"cn.example.com", NO, YES, {CN("cn.example.com"), OTHER("x")}},
    {"cn.example.com", NO, YES, {OTHER("x"), EMAIL("a@example.com"), CN("cn.example.com")}},
    {"cn.example.com", NO, NO, {CN("cn.example.com"), SRV("_imap.example.com")}},
    {"cn.example.com", NO, NO, {CN("cn.example.com"), MALFORMED}},
    {"cn.example.com", NO, NO, {MALFORMED, CN("cn.example.com")}},
    {"cn.example.com", NO, NO, {CN("cn.example.com"), DNS("")}},
    {"cn.example.com", NO, NO, {CN("cn.example.com"), DNS("bad\0.example.com")}},
    {"cn.example.com", NO, NO, {CN("cn.example.com"), IP("")}},
    {"cn.example.com", NO, NO, {CN("cn.example.com"), {IDENTITY_DNS, NULL, 0}}},
    {"cn.example.com", NO, NO, {CN("cn.example.com"), {(enum identity_type)99, NULL, 0}}},
    {"cn.example.com", NO, NO, {CN("cn.example.com"), CN("cn.example.com")}},
    {"cn.example.com.", NO, YES, {CN("CN.Example.com")}},
    {"cn.example.com", NO, NO, {CN("cn.example.com.")}},
    {"example.com", NO, NO, {CN("*.com")}},
    {"cn.example.com", NO, NO, {CN("c*.example.com")}},
    {"cn.example.com", NO, NO, {CN("cn.example.com\0")}},
    {"cn.example.com", NO, NO, {CN("cn.example.com ")}},
    {"b\u00fccher.example", NO, NO, {CN("b\u00fccher.example")}},
    {"b\u00fccher.example", NO, YES, {CN("xn--bcher-kva.example")}},
    {"2001:db8::1", NO, NO, {CN("2001:db8::1")}},
    {"a.example.com", YES, YES, {CN("Some Authority"), DNS("a.example.com")}},
};

START_TEST(common_name)
{
    const struct row *row = &common_name_rows[_i];

    ck_assert_int_eq(ask(row->presented, row->reference, false), row->off);
    ck_assert_int_eq(ask(row->presented, row->reference, true), row->on);
}
END_TEST

/* Several identities, of which one is the nearest miss, and the reason why it does not match. */
static const struct nearest_row {
    const char *intent;
    const char *reference;
    bool common_name, has_nearest;
    size_t nearest;
    enum miss why;
    struct identity presented[N_PRESENTED];
} nearest_rows[] = {
    {"nothing at all", "a.example.com", true, false, 0, MISS_NONE, {{0}}},
    {"nothing of the kind",
     "a.example.com",
     true,
     false,
     0,
     MISS_NONE,
     {URI("https://a.example.com/"), EMAIL("a@example.com"), IP(V4_1)}},
    {"one that is not decoded, for want of another",
     "a.example.com",
     true,
     true,
     2,
     MISS_MALFORMED,
     {IP(V4_1), CN("b.example.com"), MALFORMED}},
    {"as many labels",
     "a_b.example.com",
     false,
     true,
     2,
     MISS_WILDCARD_LABEL,
     {DNS("example.com"), DNS("c.example.com"), DNS("*.example.com")}},
    {"a blank before it",
     "a.example.com",
     false,
     true,
     2,
     MISS_NOT_A_NAME,
     {DNS("example.com"), DNS("*.b.example.com"), DNS(" a.example.com")}},
    {"the common name before other names",
     "a.example.com",
     false,
     true,
     1,
     MISS_CN_OFF,
     {DNS("b.example.com"), CN("a.example.com")}},
    {"an address in text, in octets",
     "192.0.2.1",
     false,
     true,
     1,
     MISS_ADDRESS_LENGTH,
     {IP("\xc0\0\2\2"), IP("192.0.2.1")}},
    {"the only one", "a.example.com", false, true, 0, MISS_LABEL_COUNT, {DNS("b.test")}},
    {"most labels",
     "a.example.com",
     false,
     true,
     1,
     MISS_LABEL,
     {DNS("a.example.org"), DNS("b.example.com"), DNS("x.com")}},
    {"the first of several",
     "a.example.com",
     false,
     true,
     1,
     MISS_LABEL,
     {IP(V4_1), DNS("b.example.com"), DNS("c.example.com"), DNS("*.example.org")}},
    {"case does not matter",
     "a.example.com",
     false,
     true,
     1,
     MISS_LABEL,
     {DNS("a.example.org"), DNS("B.EXAMPLE.COM")}},
    {"a part of a label is none",
     "example.com",
     false,
     true,
     0,
     MISS_LABEL,
     {DNS("ample.com"), DNS("b.com")}},
    {"the public suffix",
     "example.com",
     false,
     true,
     1,
     MISS_WILDCARD_PUBLIC_SUFFIX,
     {DNS("example.org"), DNS("*.com")}},
    {"a trailing dot is near",
     "a.example.com",
     false,
     true,
     1,
     MISS_NOT_A_NAME,
     {DNS("b.example.com"), DNS("a.example.com.")}},
    {"a NUL may be near",
     "a.example.com",
     false,
     true,
     1,
     MISS_NUL,
     {DNS("b.example.org"), DNS("a\0.example.com")}},
    {"a name before another common name",
     "a.example.com",
     true,
     true,
     1,
     MISS_LABEL_COUNT,
     {CN("b.example.com"), DNS("b.test")}},
    {"the common name, off",
     "a.example.com",
     false,
     true,
     0,
     MISS_CN_OFF,
     {CN("a.example.com"), CN("b.example.com")}},
    {"the common name, and an address",
     "a.example.com",
     true,
     true,
     1,
     MISS_CN_NOT_LAST_RESORT,
     {IP(V4_1), CN("a.example.com")}},
    {"the common name, off, and an address",
     "a.example.com",
     false,
     true,
     1,
     MISS_CN_OFF,
     {IP(V4_1), CN("a.example.com")}},
    {"the common name, and something malformed",
     "a.example.com",
     true,
     true,
     1,
     MISS_CN_NOT_LAST_RESORT,
     {MALFORMED, CN("a.example.com")}},
    {"the equal one of several common names",
     "a.example.com",
     true,
     true,
     1,
     MISS_CN_SEVERAL,
     {CN("b.example.com"), CN("a.example.com")}},
    {"the common name, another", "a.example.com", true, true, 0, MISS_LABEL, {CN("b.example.com")}},
    {"the common name, under a public suffix",
     "example.com",
     true,
     true,
     0,
     MISS_WILDCARD_PUBLIC_SUFFIX,
     {CN("*.com")}},
    {"the common name for an address",
     "192.0.2.1",
     true,
     true,
     1,
     MISS_CN_FOR_ADDRESS,
     {DNS("192.0.2.2"), CN("192.0.2.1")}},
    {"an address as a name",
     "192.0.2.1",
     true,
     true,
     0,
     MISS_ADDRESS_AS_NAME,
     {DNS("192.0.2.1"), CN("192.0.2.1")}},
    {"an address of the family",
     "192.0.2.1",
     true,
     true,
     1,
     MISS_ADDRESS,
     {IP(V6_1), IP("\xc0\0\2\2"), CN("router")}},
    {"an address of the other family",
     "192.0.2.1",
     true,
     true,
     1,
     MISS_ADDRESS_FAMILY,
     {DNS("192.0.2.2"), IP(V4_MAPPED)}},
};

START_TEST(nearest)
{
    const struct nearest_row *row = &nearest_rows[_i];
    struct match_rules rules = rules_with(row->common_name);
    struct reference reference = reference_of(row->reference);
    struct match_result result;

    memset(&result, 0xa5, sizeof(result));
    match_all(&rules, &reference, row->presented, count(row->presented), &result);
    ck_assert_msg(result.match == MATCH_NONE, "%s: matched", row->intent);
    ck_assert_msg(result.has_nearest == row->has_nearest, "%s", row->intent);
    ck_assert_msg(result.nearest == row->nearest, "%s: %zu is nearest", row->intent,
                  result.nearest);
    ck_assert_msg(result.why == row->why, "%s: %s", row->intent, miss_name(result.why));
}
END_TEST

/* A malformed name does not prevent a valid one from matching, and the first match is reported. */
START_TEST(the_first_that_matches)
{
    static const struct identity presented[] = {
        MALFORMED,
        DNS("**.example.com"),
        DNS("a\0"),
        DNS("b.example.com"),
        DNS("*.example.com"),
        DNS("a.example.com"),
        DNS("a.example.com"),
    };
    struct match_rules rules = rules_with(false);
    struct reference reference = reference_of("a.example.com");
    struct match_result result;

    memset(&result, 0xa5, sizeof(result));
    match_all(&rules, &reference, presented, sizeof(presented) / sizeof(presented[0]), &result);
    ck_assert_int_eq(result.match, MATCH_FOUND);
    ck_assert_uint_eq(result.matched, 4);
    ck_assert(!result.has_nearest);
    ck_assert_int_eq(result.why, MISS_NONE);
}
END_TEST

/* A reference that was never parsed matches nothing, not even an empty identity. */
START_TEST(an_empty_reference_matches_nothing)
{
    static const struct identity presented[] = {
        DNS(""), IP(""), CN(""), DNS("a.example.com"), {0}, OTHER(""), MALFORMED,
    };
    struct match_rules rules = rules_with(true);
    struct reference reference = {0}, half = {.kind = REFERENCE_HOST};
    struct match_result result;

    for (size_t i = 0; i < sizeof(presented) / sizeof(presented[0]); i++) {
        ck_assert_int_ne(match_one(&rules, &reference, &presented[i]), MISS_NONE);
        ck_assert_int_eq(match_one(&rules, &half, &presented[i]),
                         presented[i].type == IDENTITY_MALFORMED ? MISS_MALFORMED
                                                                 : MISS_OTHER_TYPE);
        match_all(&rules, &reference, &presented[i], 1, &result);
        ck_assert_int_eq(result.match, MATCH_NONE);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("match");
    TCase *rows = tcase_create("rows");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_unchecked_fixture(rows, open_suffixes, close_suffixes);
    tcase_add_loop_test(rows, measured, 0, N_ROWS(measured_rows));
    tcase_add_loop_test(rows, common_name, 0, N_ROWS(common_name_rows));
    tcase_add_loop_test(rows, nearest, 0, N_ROWS(nearest_rows));
    tcase_add_test(rows, the_first_that_matches);
    tcase_add_test(rows, an_empty_reference_matches_nothing);
    suite_add_tcase(suite, rows);

    srunner_run_all(runner, CK_NORMAL);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
