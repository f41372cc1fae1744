/* SPDX-License-Identifier: MIT */

/*
 * Tests URI-IDs, SPIFFE IDs and SRV-IDs: which certificates match, and why others do not. Every
 * rule set gives the same result.
 */

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/identity/kind_fixture.h"

static const struct kind_row uri_rows[] = {
    {"the same", "https://example.com/", MISS_NONE, {URI("https://example.com/")}},
    {"in another case", "https://example.com/", MISS_NONE, {URI("HTTPS://Example.COM/")}},
    {"another path", "https://example.com/a", MISS_NONE, {URI("https://example.com/b?c#d")}},
    {"no path", "https://example.com/a", MISS_NONE, {URI("https://example.com")}},
    {"another port and user",
     "https://example.com",
     MISS_NONE,
     {URI("https://a@example.com:8443")}},
    {"SIP, as RFC 9525 has it", "sip:voice.example.edu", MISS_NONE, {URI("SIP:voice.example.edu")}},
    {"SIP with parameters", "sip:example.com", MISS_NONE, {URI("sip:example.com;transport=tls")}},
    {"A-labels", "https://" BUECHER ".example", MISS_NONE, {URI("https://" A_LABEL ".example/")}},
    {"a SIP user", "sip:example.com", MISS_URI_USER, {URI("sip:a@example.com")}},
    {"SIPS for SIP", "sip:example.com", MISS_SCHEME, {URI("sips:example.com")}},
    {"SIP with slashes", "sip:example.com", MISS_NOT_A_NAME, {URI("sip://example.com")}},
    {"another scheme", "https://example.com", MISS_SCHEME, {URI("http://example.com")}},
    {"a longer scheme", "http://example.com", MISS_SCHEME, {URI("https://example.com")}},
    {"another host", "https://example.com", MISS_LABEL, {URI("https://example.org")}},
    {"a subdomain", "https://example.com", MISS_LABEL_COUNT, {URI("https://a.example.com")}},
    {"a star", "https://a.example.com", MISS_WILDCARD_LITERAL, {URI("https://*.example.com/")}},
    {"a star further on", "https://example.com", MISS_NONE, {URI("https://example.com/*")}},
    {"a trailing dot", "https://example.com", MISS_NOT_A_NAME, {URI("https://example.com./")}},
    {"the host as a user",
     "https://example.com",
     MISS_LABEL_COUNT,
     {URI("https://example.com@example.com.evil.example/")}},
    {"the host behind a user's @",
     "https://example.com",
     MISS_NOT_A_NAME,
     {URI("https://a@b@example.com/")}},
    {"the host behind a backslash",
     "https://example.com",
     MISS_NOT_A_URI,
     {URI("https://evil.example\\@example.com")}},
    {"the host in the path",
     "https://example.com",
     MISS_LABEL,
     {URI("https://evil.example/@example.com")}},
    {"the host as a question",
     "https://example.com",
     MISS_LABEL,
     {URI("https://evil.example?@example.com")}},
    {"an escaped host", "https://example.com", MISS_NOT_A_NAME, {URI("https://ex%61mple.com")}},
    {"an address", "https://example.com", MISS_LABEL_COUNT, {URI("https://192.0.2.1/")}},
    {"an address of IPv6", "https://example.com", MISS_NOT_A_NAME, {URI("https://[2001:db8::1]/")}},
    {"a bad port", "https://example.com", MISS_NOT_A_URI, {URI("https://example.com:x/")}},
    {"no host", "https://example.com", MISS_NOT_A_URI, {URI("https:///example.com")}},
    {"no authority", "https://example.com", MISS_NOT_A_URI, {URI("https:example.com")}},
    {"no scheme", "https://example.com", MISS_NOT_A_URI, {URI("//example.com/")}},
    {"a host alone", "https://example.com", MISS_NOT_A_URI, {URI("example.com")}},
    {"a space", "https://example.com", MISS_NOT_A_URI, {URI("https://example.com/ ")}},
    {"empty", "https://example.com", MISS_NOT_A_URI, {URI("")}},
    {"empty, and nowhere", "https://example.com", MISS_NOT_A_URI, {{IDENTITY_URI, NULL, 0}}},
    {"beyond ASCII",
     "https://" BUECHER ".example",
     MISS_NOT_ASCII,
     {URI("https://" BUECHER ".example")}},
    {"a NUL and more",
     "https://example.com",
     MISS_NUL,
     {URI("https://example.com\0.evil.example")}},
    {"a host name", "https://example.com", MISS_OTHER_TYPE, {DNS("example.com")}},
    {"a common name", "https://example.com", MISS_OTHER_TYPE, {CN("https://example.com")}},
    {"a service", "sip:example.com", MISS_OTHER_TYPE, {SRV("_sip.example.com")}},
    {"another otherName", "https://example.com", MISS_OTHER_TYPE, {OTHER("https://example.com")}},
    {"one of several", "https://a.example", MISS_NONE, {URI("https://a.example"), URI("urn:b")}},
};

static const struct kind_row spiffe_rows[] = {
    {"the same", "spiffe://a.example/b", MISS_NONE, {URI("spiffe://a.example/b")}},
    {"among names of other types",
     "spiffe://a.example/b",
     MISS_NONE,
     {URI("spiffe://a.example/b"), DNS("a.example"), SRV("_a.b.example"),
      CN("spiffe://a.example/b")}},
    {"a path in another case", "spiffe://a.example/b", MISS_URI, {URI("spiffe://a.example/B")}},
    {"a trust domain in another case",
     "spiffe://a.example/b",
     MISS_URI,
     {URI("spiffe://A.example/b")}},
    {"a scheme in another case", "spiffe://a.example/b", MISS_URI, {URI("Spiffe://a.example/b")}},
    {"another path", "spiffe://a.example/b", MISS_URI, {URI("spiffe://a.example/c")}},
    {"a longer path", "spiffe://a.example/b", MISS_URI, {URI("spiffe://a.example/b/c")}},
    {"a trailing slash", "spiffe://a.example/b", MISS_URI, {URI("spiffe://a.example/b/")}},
    {"a shorter path", "spiffe://a.example/b/c", MISS_URI, {URI("spiffe://a.example/b")}},
    {"the trust domain", "spiffe://a.example/b", MISS_URI, {URI("spiffe://a.example")}},
    {"another trust domain", "spiffe://a.example/b", MISS_URI, {URI("spiffe://b.example/b")}},
    {"a trust domain above", "spiffe://a.example/b", MISS_URI, {URI("spiffe://example/b")}},
    {"a port", "spiffe://a.example/b", MISS_URI, {URI("spiffe://a.example:1/b")}},
    {"a question", "spiffe://a.example/b", MISS_URI, {URI("spiffe://a.example/b?c")}},
    {"a fragment", "spiffe://a.example/b", MISS_URI, {URI("spiffe://a.example/b#c")}},
    {"an escape", "spiffe://a.example/b", MISS_URI, {URI("spiffe://a.example/%62")}},
    {"a modifier", "spiffe://a.example/b", MISS_URI, {URI("spiffe://a.example/c/../b")}},
    {"a star", "spiffe://a.example/b", MISS_URI, {URI("spiffe://a.example/*")}},
    {"a star for the trust domain",
     "spiffe://a.example/b",
     MISS_URI,
     {URI("spiffe://*.example/b")}},
    {"another scheme", "spiffe://a.example/b", MISS_URI, {URI("https://a.example/b")}},
    {"empty", "spiffe://a.example/b", MISS_URI, {URI("")}},
    {"empty, and nowhere", "spiffe://a.example/b", MISS_URI, {{IDENTITY_URI, NULL, 0}}},
    {"beyond ASCII", "spiffe://a.example/b", MISS_URI, {URI("spiffe://a.example/\u00fc")}},
    {"a NUL at the end", "spiffe://a.example/b", MISS_NUL, {URI("spiffe://a.example/b\0")}},
    {"the first of two URIs",
     "spiffe://a.example/b",
     MISS_URI_NOT_SINGLE,
     {URI("spiffe://a.example/b"), URI("https://a.example/")}},
    {"the same twice",
     "spiffe://a.example/b",
     MISS_URI_NOT_SINGLE,
     {URI("spiffe://a.example/b"), URI("spiffe://a.example/b")}},
    {"one that cannot be read beside it",
     "spiffe://a.example/b",
     MISS_NONE,
     {URI("spiffe://a.example/b"), MALFORMED}},
    {"an empty one beside it",
     "spiffe://a.example/b",
     MISS_URI_NOT_SINGLE,
     {URI("spiffe://a.example/b"), DNS("a.example"), URI("")}},
    {"a host", "spiffe://a.example/b", MISS_OTHER_TYPE, {DNS("a.example")}},
    {"a host that is one", "spiffe://a.example/b", MISS_OTHER_TYPE, {DNS("spiffe://a.example/b")}},
    {"a common name", "spiffe://a.example/b", MISS_OTHER_TYPE, {CN("spiffe://a.example/b")}},
    {"another otherName", "spiffe://a.example/b", MISS_OTHER_TYPE, {OTHER("spiffe://a.example/b")}},
};

static const struct kind_row srv_rows[] = {
    {"the same", "_imap.example.com", MISS_NONE, {SRV("_imap.example.com")}},
    {"in another case", "_imap.example.com", MISS_NONE, {SRV("_IMAP.Example.COM")}},
    {"a star", "_imap.a.example.com", MISS_NONE, {SRV("_imap.*.example.com")}},
    {"A-labels", "_imap." BUECHER ".example", MISS_NONE, {SRV("_imap." A_LABEL ".example")}},
    {"another service", "_imap.example.com", MISS_SERVICE, {SRV("_imaps.example.com")}},
    {"a shorter service", "_imaps.example.com", MISS_SERVICE, {SRV("_imap.example.com")}},
    {"a star for a service", "_imap.example.com", MISS_SERVICE, {SRV("_*.example.com")}},
    {"a protocol", "_imap.example.com", MISS_LABEL_COUNT, {SRV("_imap._tcp.example.com")}},
    {"a protocol, as long", "_imap.a.example.com", MISS_LABEL, {SRV("_imap._tcp.example.com")}},
    {"another domain", "_imap.example.com", MISS_LABEL, {SRV("_imap.example.org")}},
    {"a subdomain", "_imap.example.com", MISS_LABEL_COUNT, {SRV("_imap.a.example.com")}},
    {"a star for two labels",
     "_imap.a.b.example.com",
     MISS_LABEL_COUNT,
     {SRV("_imap.*.example.com")}},
    {"a star in a label",
     "_imap.ab.example.com",
     MISS_WILDCARD_PLACE,
     {SRV("_imap.a*.example.com")}},
    {"a star below a public suffix",
     "_imap.example.com",
     MISS_WILDCARD_PUBLIC_SUFFIX,
     {SRV("_imap.*.com")}},
    {"a star below one of two labels",
     "_imap.example.co.uk",
     MISS_WILDCARD_PUBLIC_SUFFIX,
     {SRV("_imap.*.co.uk")}},
    {"a star where anybody registers", "_imap.a.github.io", MISS_NONE, {SRV("_imap.*.github.io")}},
    {"no underscore", "_imap.example.com", MISS_NOT_A_SERVICE, {SRV("imap.example.com")}},
    {"an underscore alone", "_imap.example.com", MISS_NOT_A_SERVICE, {SRV("_.example.com")}},
    {"a service alone", "_imap.example.com", MISS_NOT_A_SERVICE, {SRV("_imap")}},
    {"no domain", "_imap.example.com", MISS_NOT_A_NAME, {SRV("_imap.")}},
    {"a trailing dot", "_imap.example.com", MISS_NOT_A_NAME, {SRV("_imap.example.com.")}},
    {"two dots", "_imap.example.com", MISS_NOT_A_NAME, {SRV("_imap..example.com")}},
    {"empty", "_imap.example.com", MISS_NOT_A_SERVICE, {SRV("")}},
    {"empty, and nowhere", "_imap.example.com", MISS_NOT_A_SERVICE, {{IDENTITY_SRV, NULL, 0}}},
    {"beyond ASCII",
     "_imap." BUECHER ".example",
     MISS_NOT_ASCII,
     {SRV("_imap." BUECHER ".example")}},
    {"a NUL and more", "_imap.example.com", MISS_NUL, {SRV("_imap.example.com\0.evil.example")}},
    {"a service and a domain that are no pair",
     "_imap.a.example",
     MISS_LABEL,
     {SRV("_imap.b.example"), SRV("_smtp.a.example")}},
    {"a service and a host",
     "_imap.a.example",
     MISS_LABEL,
     {SRV("_imap.b.example"), DNS("a.example")}},
    {"a host", "_imap.example.com", MISS_OTHER_TYPE, {DNS("example.com")}},
    {"a host that is one", "_imap.example.com", MISS_OTHER_TYPE, {DNS("_imap.example.com")}},
    {"a common name", "_imap.example.com", MISS_OTHER_TYPE, {CN("_imap.example.com")}},
    {"another otherName", "_imap.example.com", MISS_OTHER_TYPE, {OTHER("_imap.example.com")}},
    {"a URI", "_sip.example.com", MISS_OTHER_TYPE, {URI("sip:example.com")}},
};

START_TEST(uri)
{
    for (int set = RULES_RFC9525; set <= RULES_OPENSSL; set++)
        kind_check_row(&uri_rows[_i], REFERENCE_URI, (enum rule_set)set);
}
END_TEST

START_TEST(spiffe)
{
    for (int set = RULES_RFC9525; set <= RULES_OPENSSL; set++)
        kind_check_row(&spiffe_rows[_i], REFERENCE_SPIFFE, (enum rule_set)set);
}
END_TEST

/*
 * X509-SVID section 5.2: a certificate that may sign others cannot be that of a workload. Only
 * references to SPIFFE IDs check that, and they report it rather than a second URI.
 */
START_TEST(signer)
{
    const struct match_rules rules = {.suffixes = kind_suffixes(), .is_signer = true};
    const struct identity id = URI("spiffe://a.example/b"), other = URI("https://a.example/b");
    const struct identity both[] = {id, other};
    struct reference reference = kind_reference(REFERENCE_SPIFFE, RULES_RFC9525,
                                                "spiffe://a.example/b");
    struct match_result result;

    kind_judge(&rules, &reference, &id, 1, &result);
    ck_assert_int_eq(result.match, MATCH_NONE);
    ck_assert_int_eq(result.why, MISS_SPIFFE_SIGNER);
    kind_judge(&rules, &reference, both, 2, &result);
    ck_assert_int_eq(result.match, MATCH_NONE);
    ck_assert_int_eq(result.why, MISS_SPIFFE_SIGNER);
    reference = kind_reference(REFERENCE_URI, RULES_RFC9525, "https://a.example");
    kind_judge(&rules, &reference, both, 2, &result);
    ck_assert_int_eq(result.match, MATCH_FOUND);
    ck_assert_uint_eq(result.matched, 1);
}
END_TEST

/*
 * A SPIFFE ID that is asked for as a URI-ID matches nothing, not even itself. Another scheme of the
 * same length is compared as ever.
 */
START_TEST(spiffe_as_uri)
{
    const struct identity ids[] = {URI("spiffe://a.example/b"), URI("spiffe://a.example/c"),
                                   URI("https://a.example/b")};
    const struct reference reference = kind_reference(REFERENCE_URI, RULES_RFC9525,
                                                      "spiffe://a.example/b");
    const struct reference telnet = kind_reference(REFERENCE_URI, RULES_RFC9525,
                                                   "telnet://a.example");
    const struct identity host = DNS("a.example"), presented = URI("telnet://a.example/");
    struct match_rules rules = {.suffixes = kind_suffixes()};
    struct match_result result;

    for (size_t i = 0; i < sizeof(ids) / sizeof(*ids); i++) {
        rules.is_signer = false;
        kind_judge(&rules, &reference, &ids[i], 1, &result);
        ck_assert_int_eq(result.match, MATCH_NONE);
        ck_assert_int_eq(result.why, MISS_SPIFFE_AS_URI);
        rules.is_signer = true;
        kind_judge(&rules, &reference, &ids[i], 1, &result);
        ck_assert_int_eq(result.match, MATCH_NONE);
        ck_assert_int_eq(result.why, MISS_SPIFFE_SIGNER);
    }
    kind_judge(&rules, &reference, &host, 1, &result);
    ck_assert_int_eq(result.match, MATCH_NONE);
    ck_assert_int_eq(result.why, MISS_NONE);
    kind_judge(&rules, &telnet, &presented, 1, &result);
    ck_assert_int_eq(result.match, MATCH_FOUND);
}
END_TEST

START_TEST(srv)
{
    for (int set = RULES_RFC9525; set <= RULES_OPENSSL; set++)
        kind_check_row(&srv_rows[_i], REFERENCE_SRV, (enum rule_set)set);
}
END_TEST

/* The tables have a row for each reason that is about URIs and services. */
START_TEST(every_miss_has_a_row)
{
    for (int miss = MISS_NOT_A_URI; miss <= MISS_SERVICE; miss++) {
        size_t n_rows = 0;

        for (int i = 0; i < N_ROWS(uri_rows); i++)
            n_rows += (int)uri_rows[i].expected == miss;
        for (int i = 0; i < N_ROWS(spiffe_rows); i++)
            n_rows += (int)spiffe_rows[i].expected == miss;
        for (int i = 0; i < N_ROWS(srv_rows); i++)
            n_rows += (int)srv_rows[i].expected == miss;
        ck_assert_msg(n_rows > 0, "no row for %s", miss_name((enum miss)miss));
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("match-uri");
    TCase *rows = tcase_create("rows");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_unchecked_fixture(rows, kind_open_suffixes, kind_close_suffixes);
    tcase_set_timeout(rows, 60);
    tcase_add_loop_test(rows, uri, 0, N_ROWS(uri_rows));
    tcase_add_test(rows, signer);
    tcase_add_test(rows, spiffe_as_uri);
    tcase_add_loop_test(rows, spiffe, 0, N_ROWS(spiffe_rows));
    tcase_add_loop_test(rows, srv, 0, N_ROWS(srv_rows));
    tcase_add_test(rows, every_miss_has_a_row);
    suite_add_tcase(suite, rows);

    srunner_run_all(runner, CK_NORMAL);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
