/* SPDX-License-Identifier: MIT */

/* Tests the reason why one identity does not match one reference. */

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

/* Compares one identity with one reference, without regard to other identities. */
static const struct miss_row {
    const char *intent;
    struct identity presented;
    const char *reference;
    enum miss expected;
} miss_rows[] = {
    {"the same", DNS("a.example.com"), "a.example.com", MISS_NONE},
    {"253 bytes", DNS(NAME_253), NAME_253, MISS_NONE},
    {"254 bytes", DNS(NAME_253 "a"), NAME_253, MISS_NOT_A_NAME},
    {"another case", DNS("A.eXample.COM"), "a.example.com", MISS_NONE},
    {"one label", DNS("intranet"), "intranet", MISS_NONE},
    {"a public suffix itself", DNS("co.uk"), "co.uk", MISS_NONE},
    {"an underscore", DNS("_a.b_c.example"), "_a.b_c.example", MISS_NONE},
    {"hyphens at the ends", DNS("-a.b-.example"), "-a.b-.example", MISS_NONE},
    {"a star", DNS("*.example.com"), "a.example.com", MISS_NONE},
    {"a star for a digit", DNS("*.example.com"), "1.example.com", MISS_NONE},
    {"a star for a hyphen at the end", DNS("*.example.com"), "a-.example.com", MISS_NONE},
    {"a star for 63 bytes", DNS("*.example.com"), LABEL_63 ".example.com", MISS_NONE},
    {"a star for an A-label", DNS("*.example.com"), "xn--zca.example.com", MISS_NONE},
    {"a star above an A-label", DNS("*.XN--ZCA.com"), "a.xn--zca.com", MISS_NONE},
    {"a star where anybody registers", DNS("*.github.io"), "a.github.io", MISS_NONE},
    {"a star under an exception", DNS("*.www.ck"), "a.www.ck", MISS_NONE},
    {"an IPv4 address", IP(V4_1), "192.0.2.1", MISS_NONE},
    {"an IPv6 address", IP(V6_1), "2001:db8::1", MISS_NONE},

    {"an address for a name", IP(V4_1), "a.example.com", MISS_OTHER_TYPE},
    {"a name for an address", DNS("192.0.2.1"), "192.0.2.1", MISS_ADDRESS_AS_NAME},
    {"a name for an IPv6 address", DNS("2001:db8::1"), "2001:db8::1", MISS_ADDRESS_AS_NAME},
    {"a star for an address", DNS("*.0.2.1"), "192.0.2.1", MISS_OTHER_TYPE},
    {"a URI", URI("https://a.example.com/"), "a.example.com", MISS_OTHER_TYPE},
    {"a URI that is a host name", URI("a.example.com"), "a.example.com", MISS_OTHER_TYPE},
    {"a mailbox that is a host name", EMAIL("a.example.com"), "a.example.com", MISS_OTHER_TYPE},
    {"a service", SRV("_imap.example.com"), "_imap.example.com", MISS_OTHER_TYPE},
    {"another that is a host name", OTHER("a.example.com"), "a.example.com", MISS_OTHER_TYPE},
    {"nothing", IDENTITY(IDENTITY_NONE, "a.example.com"), "a.example.com", MISS_OTHER_TYPE},

    {"not decoded", IDENTITY(IDENTITY_MALFORMED, "a.example.com"), "a.example.com", MISS_MALFORMED},
    {"not decoded, for an address", IDENTITY(IDENTITY_MALFORMED, V4_1), "192.0.2.1",
     MISS_MALFORMED},
    {"no octets", IP(""), "192.0.2.1", MISS_ADDRESS_LENGTH},
    {"an octet too few", IP("\xc0\0\2"), "192.0.2.1", MISS_ADDRESS_LENGTH},
    {"an octet too many", IP(V4_1 "\0"), "192.0.2.1", MISS_ADDRESS_LENGTH},
    {"a network", IP(V4_1 "\xff\xff\xff\xff"), "192.0.2.1", MISS_ADDRESS_LENGTH},
    {"an IPv6 network", IP(V6_1 V6_1), "2001:db8::1", MISS_ADDRESS_LENGTH},

    {"a NUL and more", DNS("a.example.com\0.evil.example"), "a.example.com", MISS_NUL},
    {"a NUL alone", DNS("\0"), "a.example.com", MISS_NUL},
    {"a NUL at the end", DNS("a.example.com\0"), "a.example.com", MISS_NUL},
    {"a NUL below a star", DNS("*.example.com\0"), "a.example.com", MISS_NUL},
    {"a NUL for the star to swallow", DNS("\0*.example.com"), "a.example.com", MISS_NUL},

    {"empty", DNS(""), "a.example.com", MISS_NOT_A_NAME},
    {"empty, and nowhere", {IDENTITY_DNS, NULL, 0}, "a.example.com", MISS_NOT_A_NAME},
    {"no address, and nowhere", {IDENTITY_IP, NULL, 0}, "192.0.2.1", MISS_ADDRESS_LENGTH},
    {"a dot", DNS("."), "a.example.com", MISS_NOT_A_NAME},
    {"a space", DNS(" "), "a.example.com", MISS_NOT_A_NAME},
    {"a trailing dot", DNS("a.example.com."), "a.example.com", MISS_NOT_A_NAME},
    {"a trailing dot on both", DNS("a.example.com."), "a.example.com.", MISS_NOT_A_NAME},
    {"a trailing dot below a star", DNS("*.example.com."), "a.example.com", MISS_NOT_A_NAME},
    {"a leading dot", DNS(".example.com"), "a.example.com", MISS_NOT_A_NAME},
    {"two dots", DNS("a..example.com"), "a.example.com", MISS_NOT_A_NAME},
    {"two dots below a star", DNS("*..com"), "a.example.com", MISS_NOT_A_NAME},
    {"a line end", DNS("a.example.com\n"), "a.example.com", MISS_NOT_A_NAME},
    {"what printing would turn into two", DNS("x, DNS:a.example.com"), "a.example.com",
     MISS_NOT_A_NAME},
    {"quotes", DNS("\"a.example.com\""), "a.example.com", MISS_NOT_A_NAME},
    {"a U-label", DNS("b\u00fccher.example"), "b\u00fccher.example", MISS_NOT_A_NAME},
    {"the Kelvin sign", DNS("\u212aelvin.example"), "kelvin.example", MISS_NOT_A_NAME},
    {"a URI for a name", DNS("https://a.example.com"), "a.example.com", MISS_NOT_A_NAME},
    {"an address with colons", DNS("2001:db8::1"), "a.example.com", MISS_NOT_A_NAME},
    {"64 bytes", DNS("a" LABEL_63 ".example.com"), "a.example.com", MISS_NOT_A_NAME},
    {"255 bytes", DNS(LABEL_63 "." LABEL_63 "." LABEL_63 "." LABEL_63), "a.example.com",
     MISS_NOT_A_NAME},
    {"a star above an underscore", DNS("*.a_b.example.com"), "c.a_b.example.com", MISS_NOT_A_NAME},
    {"a star above a hyphen first", DNS("*.-a.example.com"), "b.-a.example.com", MISS_NOT_A_NAME},
    {"a star above a hyphen last", DNS("*.a-.example.com"), "b.a-.example.com", MISS_NOT_A_NAME},
    {"a star and 64 bytes", DNS("*.a" LABEL_63 ".com"), "a.example.com", MISS_NOT_A_NAME},

    {"a label fewer", DNS("example.com"), "a.example.com", MISS_LABEL_COUNT},
    {"a label more", DNS("b.a.example.com"), "a.example.com", MISS_LABEL_COUNT},
    {"a star for two labels", DNS("*.example.com"), "a.b.example.com", MISS_LABEL_COUNT},
    {"a star for none", DNS("*.example.com"), "example.com", MISS_LABEL_COUNT},
    {"a star for all labels", DNS("*"), "a.example.com", MISS_LABEL_COUNT},

    {"another host", DNS("b.example.com"), "a.example.com", MISS_LABEL},
    {"another domain", DNS("a.example.org"), "a.example.com", MISS_LABEL},
    {"a letter more at the start", DNS("aa.example.com"), "a.example.com", MISS_LABEL},
    {"a letter less at the start", DNS("a.example.com"), "aa.example.com", MISS_LABEL},
    {"a letter more at the end", DNS("a.example.comm"), "a.example.com", MISS_LABEL},
    {"a letter less at the end", DNS("a.example.co"), "a.example.com", MISS_LABEL},
    {"a star, and less at the end", DNS("*.example.co"), "a.example.com", MISS_LABEL},
    {"a star, and more at the end", DNS("*.example.comm"), "a.example.com", MISS_LABEL},
    {"a star in another domain", DNS("*.example.org"), "a.example.com", MISS_LABEL},
    {"a star, and the domain a part", DNS("*.xample.com"), "a.example.com", MISS_LABEL},
    {"a star in another domain's public suffix", DNS("*.org"), "example.com", MISS_LABEL},
    {"an address for a name of four", DNS("192.0.2.1"), "a.b.example.com", MISS_LABEL},

    {"another address", IP("\xc0\0\2\2"), "192.0.2.1", MISS_ADDRESS},
    {"another IPv6 address", IP(V4_MAPPED), "2001:db8::1", MISS_ADDRESS},
    {"IPv6 for IPv4", IP(V6_1), "192.0.2.1", MISS_ADDRESS_FAMILY},
    {"mapped for IPv4", IP(V4_MAPPED), "192.0.2.1", MISS_ADDRESS_FAMILY},
    {"IPv4 for mapped", IP(V4_1), "::ffff:192.0.2.1", MISS_ADDRESS_FAMILY},

    {"at the end of the label", DNS("www*.example.com"), "www1.example.com", MISS_WILDCARD_PLACE},
    {"for nothing", DNS("www*.example.com"), "www.example.com", MISS_WILDCARD_PLACE},
    {"at its start", DNS("*www.example.com"), "awww.example.com", MISS_WILDCARD_PLACE},
    {"in its middle", DNS("w*w.example.com"), "wxw.example.com", MISS_WILDCARD_PLACE},
    {"in an A-label", DNS("xn--*.example.com"), "xn--zca.example.com", MISS_WILDCARD_PLACE},
    {"at an A-label's start", DNS("x*.example.com"), "xn--zca.example.com", MISS_WILDCARD_PLACE},
    {"before an A-label's end", DNS("*ca.example.com"), "xn--zca.example.com", MISS_WILDCARD_PLACE},
    {"over an A-label's prefix", DNS("*n--zca.com"), "xn--zca.com", MISS_WILDCARD_PLACE},
    {"within", DNS("f*o.example"), "foo.example", MISS_WILDCARD_PLACE},
    {"in the second label", DNS("www.*.example.com"), "www.a.example.com", MISS_WILDCARD_PLACE},
    {"in a short second label", DNS("a.*.com"), "a.example.com", MISS_WILDCARD_PLACE},
    {"as the last label", DNS("www.example.*"), "www.example.com", MISS_WILDCARD_PLACE},
    {"twice", DNS("*.*.example.com"), "a.b.example.com", MISS_WILDCARD_PLACE},
    {"twice in a label", DNS("**.example.com"), "a.example.com", MISS_WILDCARD_PLACE},
    {"and again at the end", DNS("*.example.co*"), "a.example.com", MISS_WILDCARD_PLACE},
    {"after an underscore", DNS("_*.example.com"), "_a.example.com", MISS_WILDCARD_PLACE},

    {"com", DNS("*.com"), "example.com", MISS_WILDCARD_PUBLIC_SUFFIX},
    {"com in capitals", DNS("*.COM"), "example.com", MISS_WILDCARD_PUBLIC_SUFFIX},
    {"two labels", DNS("*.co.uk"), "example.co.uk", MISS_WILDCARD_PUBLIC_SUFFIX},
    {"two labels in capitals", DNS("*.CO.UK"), "example.co.uk", MISS_WILDCARD_PUBLIC_SUFFIX},
    {"capitals in the reference", DNS("*.co.uk"), "Example.CO.UK", MISS_WILDCARD_PUBLIC_SUFFIX},
    {"any name in a country", DNS("*.foo.ck"), "a.foo.ck", MISS_WILDCARD_PUBLIC_SUFFIX},
    {"A-labels", DNS("*.xn--55qx5d.cn"), "a.xn--55qx5d.cn", MISS_WILDCARD_PUBLIC_SUFFIX},
    {"a special name", DNS("*.localhost"), "a.localhost", MISS_WILDCARD_PUBLIC_SUFFIX},
    {"a name of one's own", DNS("*.intranet"), "a.intranet", MISS_WILDCARD_PUBLIC_SUFFIX},
    {"the root", DNS("*"), "localhost", MISS_WILDCARD_PUBLIC_SUFFIX},

    {"for an underscore", DNS("*.example.com"), "a_b.example.com", MISS_WILDCARD_LABEL},
    {"for an underscore alone", DNS("*.example.com"), "_.example.com", MISS_WILDCARD_LABEL},

    {"switched off", CN("a.example.com"), "a.example.com", MISS_CN_OFF},
    {"off, and another name", CN("b.example.com"), "a.example.com", MISS_CN_OFF},
    {"for an address", CN("192.0.2.1"), "192.0.2.1", MISS_CN_FOR_ADDRESS},
    {"for an address, in octets", CN(V4_1), "192.0.2.1", MISS_CN_FOR_ADDRESS},
};

START_TEST(one_and_why)
{
    const struct miss_row *row = &miss_rows[_i];
    struct match_rules rules = rules_with(false);
    struct reference reference = reference_of(row->reference);
    uint8_t *data = exactly(row->presented.data, row->presented.len);
    struct identity presented = {row->presented.type, data, row->presented.len};
    enum miss miss = match_one(&rules, &reference, &presented);

    free(data);
    ck_assert_msg(miss == row->expected, "%s: expected %s, got %s", row->intent,
                  miss_name(row->expected), miss_name(miss));
}
END_TEST

/* If common names are switched on, a common name is compared like a dNSName, with the same reasons.
 */
START_TEST(one_common_name_and_why)
{
    const struct miss_row *row = &miss_rows[_i];
    struct match_rules rules = rules_with(true);
    struct reference reference = reference_of(row->reference);
    struct identity presented = row->presented;
    enum miss miss;

    if (presented.type != IDENTITY_DNS)
        return;
    presented.type = IDENTITY_CN;
    miss = match_one(&rules, &reference, &presented);
    ck_assert_int_eq(miss, reference.type == IDENTITY_IP ? MISS_CN_FOR_ADDRESS : row->expected);
}
END_TEST

/* Reasons that only emulated rule sets give. */
static const struct emulated_row {
    const char *intent;
    enum rule_set set;
    struct identity presented;
    const char *reference;
    enum miss expected;
} emulated_rows[] = {
    {"a star in the middle", RULES_OPENSSL, DNS("w*w.example.com"), "wxw.example.com",
     MISS_WILDCARD_LITERAL},
    {"a star in the middle, for itself", RULES_OPENSSL, DNS("w*w.example.com"), "W*w.example.com",
     MISS_NONE},
    {"one dot after the star", RULES_OPENSSL, DNS("*.com"), "example.com", MISS_WILDCARD_LITERAL},
    {"a partial star", RULES_PYTHON_3_7, DNS("www*.example.com"), "www1.example.com",
     MISS_WILDCARD_LITERAL},
    {"a partial star", RULES_OPENSSL, DNS("www*.example.com"), "www1.example.com", MISS_NONE},
    {"a partial star, for nothing", RULES_OPENSSL, DNS("www*.example.com"), "www.example.com",
     MISS_NONE},
    {"a star for nothing", RULES_OPENSSL, DNS("*.example.com"), "example.com", MISS_LABEL},
    {"a star for two labels", RULES_OPENSSL, DNS("*.example.com"), "a.b.example.com",
     MISS_LABEL_COUNT},
    {"a star for an underscore", RULES_OPENSSL, DNS("*.example.com"), "a_b.example.com",
     MISS_WILDCARD_LABEL},
    {"a star for a star", RULES_PYTHON_3_7, DNS("*.example.com"), "*.example.com", MISS_NONE},
    {"a star for two stars", RULES_PYTHON_3_7, DNS("*.example.com"), "**.example.com",
     MISS_WILDCARD_LABEL},
    {"a star behind an A-label's mark", RULES_OPENSSL, DNS("xn--a*.example.com"),
     "xn--ab.example.com", MISS_WILDCARD_LITERAL},
    {"a star before one", RULES_OPENSSL, DNS("*xn--a.example.com"), "bxn--a.example.com",
     MISS_NONE},
    {"a star above an A-label", RULES_OPENSSL, DNS("*.xn--a.example.com"), "b.xn--a.example.com",
     MISS_NONE},
    {"a star above an underscore", RULES_OPENSSL, DNS("*.a_b.example.com"), "x.a_b.example.com",
     MISS_WILDCARD_LITERAL},
    {"a star above an empty label", RULES_OPENSSL, DNS("*..example.com"), "a..example.com",
     MISS_WILDCARD_LITERAL},
    {"a star above a leading hyphen", RULES_OPENSSL, DNS("*.-a.example.com"), "b.-a.example.com",
     MISS_WILDCARD_LITERAL},
    {"a star above a hyphen within", RULES_OPENSSL, DNS("*.a-b.example.com"), "x.a-b.example.com",
     MISS_NONE},
    {"a star above a hyphen at the end", RULES_OPENSSL, DNS("*.example.com-"), "a.example.com-",
     MISS_WILDCARD_LITERAL},
    {"a star above a trailing dot", RULES_OPENSSL, DNS("*.example.com."), "a.example.com.",
     MISS_WILDCARD_LITERAL},
    {"a star alone", RULES_OPENSSL, DNS("*"), "a", MISS_WILDCARD_LITERAL},
    {"empty", RULES_OPENSSL, DNS(""), "a", MISS_NOT_A_NAME},
    {"empty", RULES_PYTHON_3_5, DNS(""), "a", MISS_NOT_A_NAME},
    {"a reference that is no more than xn--", RULES_PYTHON_3_5, DNS("x*"), "xn--",
     MISS_WILDCARD_A_LABEL},
    {"another head", RULES_OPENSSL, DNS("x*.example.com"), "www.example.com", MISS_LABEL},
    {"another tail", RULES_OPENSSL, DNS("w*.example.com"), "www.example.org", MISS_LABEL},
    {"a hyphen at the end of a label", RULES_OPENSSL, DNS("*.a-.example.com"), "b.a-.example.com",
     MISS_WILDCARD_LITERAL},
    {"another head", RULES_PYTHON_3_5, DNS("x*.example.com"), "www.example.com", MISS_LABEL},
    {"another tail", RULES_PYTHON_3_5, DNS("*x.example.com"), "www.example.com", MISS_LABEL},
    {"a partial star and an A-label", RULES_OPENSSL, DNS("x*.example.com"), "xn--a.example.com",
     MISS_WILDCARD_A_LABEL},
    {"a star and an A-label", RULES_OPENSSL, DNS("*.example.com"), "xn--a.example.com", MISS_NONE},
    {"a trailing dot on both", RULES_OPENSSL, DNS("a.example.com."), "a.example.com.", MISS_NONE},
    {"a trailing dot on one", RULES_OPENSSL, DNS("a.example.com"), "a.example.com.",
     MISS_LABEL_COUNT},
    {"another name", RULES_OPENSSL, DNS("b.example.com"), "a.example.com", MISS_LABEL},
    {"shorter than the rest", RULES_OPENSSL, DNS("*.example.com"), "e.com", MISS_LABEL},
    {"a NUL", RULES_OPENSSL, DNS("a\0.example.com"), "a.example.com", MISS_NUL},
    {"nothing", RULES_OPENSSL, DNS(""), "a.example.com", MISS_NOT_A_NAME},
    {"an address as a name", RULES_OPENSSL, DNS("192.0.2.1"), "192.0.2.1", MISS_ADDRESS_AS_NAME},
    {"a common name for an address", RULES_OPENSSL, CN("192.0.2.1"), "192.0.2.1",
     MISS_CN_FOR_ADDRESS},
    {"a common name that does not decode",
     RULES_OPENSSL,
     {IDENTITY_CN, NULL, 0},
     "a.example.com",
     MISS_MALFORMED},
    {"a common name", RULES_PYTHON_3_7, CN("a.example.com"), "a.example.com", MISS_NONE},

    {"two stars", RULES_PYTHON_3_5, DNS("**.example.com"), "a.example.com", MISS_WILDCARD_SEVERAL},
    {"two stars, one further right", RULES_PYTHON_3_5, DNS("*.*.com"), "a.b.com", MISS_LABEL},
    {"a star in the middle", RULES_PYTHON_3_5, DNS("w*w.example.com"), "wxw.example.com",
     MISS_NONE},
    {"parts that overlap", RULES_PYTHON_3_5, DNS("wx*xw.example.com"), "wxw.example.com",
     MISS_LABEL},
    {"a star for nothing", RULES_PYTHON_3_5, DNS("*.example.com"), "example.com", MISS_LABEL_COUNT},
    {"a star for anything", RULES_PYTHON_3_5, DNS("*.com"), "a_b\x01.com", MISS_NONE},
    {"a star alone", RULES_PYTHON_3_5, DNS("*"), "localhost", MISS_NONE},
    {"a partial star and an A-label", RULES_PYTHON_3_5, DNS("x*.example.com"), "xn--a.example.com",
     MISS_WILDCARD_A_LABEL},
    {"in capitals it is none", RULES_PYTHON_3_5, DNS("X*.example.com"), "Xn--a.example.com",
     MISS_NONE},
    {"a star in an A-label", RULES_PYTHON_3_5, DNS("xn--*.example.com"), "XN--a.example.com",
     MISS_WILDCARD_A_LABEL},
    {"a star in an A-label, for itself", RULES_PYTHON_3_5, DNS("xn--*.example.com"),
     "XN--*.example.com", MISS_NONE},
    {"a common name for an address", RULES_PYTHON_3_5, CN("192.0.2.1"), "192.0.2.1", MISS_NONE},
    {"an address as a name", RULES_PYTHON_3_5, DNS("192.0.2.1"), "192.0.2.1", MISS_ADDRESS_AS_NAME},
    {"an address with a byte more", RULES_PYTHON_3_5, IP("\xc0\0\2\1\0"), "192.0.2.1",
     MISS_ADDRESS_LENGTH},
    {"a rule set that is none", (enum rule_set)99, DNS("a.example.com"), "a.example.com",
     MISS_OTHER_RULES},
};

START_TEST(one_by_emulated_rules_and_why)
{
    const struct emulated_row *row = &emulated_rows[_i];
    struct match_rules rules = {.suffixes = suffixes, .rules = {.set = row->set}};
    struct reference reference;
    uint8_t *data = exactly(row->presented.data, row->presented.len);
    struct identity presented = {row->presented.type, data, row->presented.len};
    enum miss miss;

    ck_assert_int_eq(reference_host_parse(&reference, row->set, (const uint8_t *)row->reference,
                                          strlen(row->reference)),
                     0);
    miss = match_one(&rules, &reference, &presented);
    ck_assert_msg(miss == row->expected, "%s for %s: expected %s, got %s", row->intent,
                  row->reference, miss_name(row->expected), miss_name(miss));

    /* A reference that was parsed for one rule set matches nothing by another one. */
    rules.rules.set = row->set == RULES_RFC9525 ? RULES_OPENSSL : RULES_RFC9525;
    ck_assert_int_eq(match_one(&rules, &reference, &presented), MISS_OTHER_RULES);
    free(data);
}
END_TEST

START_TEST(every_miss_has_a_row_and_words)
{
    for (int miss = MISS_NONE; miss <= MISS_NOT_UTF8; miss++) {
        size_t n_rows = 0;

        for (int i = 0; i < N_ROWS(miss_rows); i++)
            n_rows += (int)miss_rows[i].expected == miss;
        for (int i = 0; i < N_ROWS(emulated_rows); i++)
            n_rows += (int)emulated_rows[i].expected == miss;
        /* These reasons do not occur for a single identity; test_match_emulated.c and test_match.c
         * have rows for them. */
        n_rows += miss == MISS_CN_NOT_LAST_RESORT || miss == MISS_CN_SEVERAL ||
                  miss == MISS_WILDCARD_OFF || miss == MISS_NOT_UTF8;
        ck_assert_msg(n_rows > 0, "no row for %s", miss_name((enum miss)miss));

        for (int other = MISS_NONE; other < miss; other++) {
            ck_assert_str_ne(miss_name((enum miss)miss), miss_name((enum miss)other));
            ck_assert_str_ne(miss_text((enum miss)miss), miss_text((enum miss)other));
        }
    }
    ck_assert_str_eq(miss_name((enum miss)999), "unknown");
    ck_assert_str_eq(miss_name((enum miss) - 1), "unknown");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("miss");
    TCase *rows = tcase_create("rows");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_unchecked_fixture(rows, open_suffixes, close_suffixes);
    tcase_add_loop_test(rows, one_and_why, 0, N_ROWS(miss_rows));
    tcase_add_loop_test(rows, one_common_name_and_why, 0, N_ROWS(miss_rows));
    tcase_add_loop_test(rows, one_by_emulated_rules_and_why, 0, N_ROWS(emulated_rows));
    tcase_add_test(rows, every_miss_has_a_row_and_words);
    suite_add_tcase(suite, rows);

    srunner_run_all(runner, CK_NORMAL);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
