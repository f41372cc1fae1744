/* SPDX-License-Identifier: MIT */

/* References that are no hosts, and the certificates that may stand for them: which, and why not.
 */

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/identity/match.h"
#include "tests/unit/match_rows.h"

#define BUECHER "b\u00fccher"
#define DOCTOR  "\u533b\u751f"
#define A_LABEL "xn--bcher-kva"

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

static struct reference reference_of(enum reference_kind kind, enum rule_set set, const char *text)
{
    struct reference reference;
    int r = reference_parse_kind(&reference, kind, set, (const uint8_t *)text, strlen(text));

    ck_assert_msg(r == 0, "%s is no reference: %s", text,
                  reference_fault_text((enum reference_fault)r));
    return reference;
}

static void judge(const struct match_rules *rules, const struct reference *reference,
                  const struct identity *presented, size_t n, struct match_result *result)
{
    memset(result, 0xa5, sizeof(*result));
    match_all(rules, reference, presented, n, result);
}

/* --- one identity, by the RFCs --- */

/* Of several identities the first is the one in question. */
struct row {
    const char *intent;
    const char *reference;
    enum miss expected;
    struct identity presented[N_PRESENTED];
};

static const struct row email_rows[] = {
    {"the same", "a.b@example.com", MISS_NONE, {EMAIL("a.b@example.com")}},
    {"a domain in another case", "a@EXAMPLE.com", MISS_NONE, {EMAIL("a@Example.COM")}},
    {"a local part in another case", "a@example.com", MISS_LOCAL_PART, {EMAIL("A@example.com")}},
    {"another local part", "a@example.com", MISS_LOCAL_PART, {EMAIL("b@example.com")}},
    {"a longer local part", "a@example.com", MISS_LOCAL_PART, {EMAIL("aa@example.com")}},
    {"a shorter local part", "aa@example.com", MISS_LOCAL_PART, {EMAIL("a@example.com")}},
    {"a local part with a tag", "a@example.com", MISS_LOCAL_PART, {EMAIL("a+b@example.com")}},
    {"a quoted local part", "a@example.com", MISS_LOCAL_PART, {EMAIL("\"a\"@example.com")}},
    {"two @", "a@example.com", MISS_LOCAL_PART, {EMAIL("x@a@example.com")}},
    {"a star for a local part", "a@example.com", MISS_LOCAL_PART, {EMAIL("*@example.com")}},
    {"another domain", "a@example.com", MISS_LABEL, {EMAIL("a@example.org")}},
    {"a subdomain", "a@example.com", MISS_LABEL_COUNT, {EMAIL("a@b.example.com")}},
    {"a longer domain", "a@example.com", MISS_LABEL_COUNT, {EMAIL("a@example.com.evil.example")}},
    {"the domain alone", "a@example.com", MISS_NOT_A_MAILBOX, {EMAIL("example.com")}},
    {"all below a domain, as constraints have it",
     "a@example.com",
     MISS_NOT_A_MAILBOX,
     {EMAIL(".example.com")}},
    {"no local part", "a@example.com", MISS_NOT_A_MAILBOX, {EMAIL("@example.com")}},
    {"no domain", "a@example.com", MISS_NOT_A_NAME, {EMAIL("a@")}},
    {"a trailing dot", "a@example.com", MISS_NOT_A_NAME, {EMAIL("a@example.com.")}},
    {"in brackets", "a@example.com", MISS_NOT_A_NAME, {EMAIL("<a@example.com>")}},
    {"a line end", "a@example.com", MISS_NOT_A_NAME, {EMAIL("a@example.com\n")}},
    {"a list", "a@example.com", MISS_NOT_A_NAME, {EMAIL("b@c.example,a@example.com ")}},
    {"a star", "a@b.example.com", MISS_WILDCARD_LITERAL, {EMAIL("a@*.example.com")}},
    {"empty", "a@example.com", MISS_NOT_A_MAILBOX, {EMAIL("")}},
    {"empty, and nowhere", "a@example.com", MISS_NOT_A_MAILBOX, {{IDENTITY_EMAIL, NULL, 0}}},
    {"a NUL and more", "a@example.com", MISS_NUL, {EMAIL("a@example.com\0.evil.example")}},
    {"a NUL alone", "a@example.com", MISS_NUL, {EMAIL("\0")}},
    {"an @ alone", "a@example.com", MISS_NOT_A_MAILBOX, {EMAIL("@")}},
    {"a NUL in the local part", "a@example.com", MISS_NUL, {EMAIL("a\0@example.com")}},
    {"an rfc822Name with U-labels",
     "a@" BUECHER ".example",
     MISS_NOT_ASCII,
     {EMAIL("a@" BUECHER ".example")}},
    {"an rfc822Name with A-labels",
     "a@" BUECHER ".example",
     MISS_NONE,
     {EMAIL("a@XN--bcher-KVA.example")}},
    {"Latin-1", "a@example.com", MISS_NOT_ASCII, {EMAIL("\xe4@example.com")}},

    {"a SmtpUTF8Mailbox", DOCTOR "@example.com", MISS_NONE, {UTF8(DOCTOR "@Example.COM")}},
    {"a SmtpUTF8Mailbox with A-labels",
     DOCTOR "@" BUECHER ".example",
     MISS_NONE,
     {UTF8(DOCTOR "@" A_LABEL ".example")}},
    {"a SmtpUTF8Mailbox with U-labels, as RFC 8398 had them",
     DOCTOR "@" BUECHER ".example",
     MISS_U_LABEL,
     {UTF8(DOCTOR "@" BUECHER ".example")}},
    {"another local part beyond ASCII",
     DOCTOR "@example.com",
     MISS_LOCAL_PART,
     {UTF8("\u533b\u533b@example.com")}},
    {"another case beyond ASCII",
     "\u00fc@example.com",
     MISS_LOCAL_PART,
     {UTF8("\u00dc@example.com")}},
    {"another normal form", "\u00fc@example.com", MISS_LOCAL_PART, {UTF8("u\u0308@example.com")}},
    {"a byte order mark",
     "\u00fc@example.com",
     MISS_LOCAL_PART,
     {UTF8("\xef\xbb\xbf\u00fc@example.com")}},
    {"a SmtpUTF8Mailbox in ASCII", "\u00fc@example.com", MISS_LOCAL_PART, {UTF8("u@example.com")}},
    {"a SmtpUTF8Mailbox for ASCII", "a@example.com", MISS_MAILBOX_TYPE, {UTF8("a@example.com")}},
    {"an rfc822Name beyond ASCII",
     "\u00fc@example.com",
     MISS_MAILBOX_TYPE,
     {EMAIL("\u00fc@example.com")}},
    {"a SmtpUTF8Mailbox that is not UTF-8",
     "\u00fc@example.com",
     MISS_NOT_UTF8,
     {UTF8("\xfc@example.com")}},
    {"a SmtpUTF8Mailbox with a NUL",
     "\u00fc@example.com",
     MISS_NUL,
     {UTF8("\u00fc@example.com\0")}},
    {"a SmtpUTF8Mailbox with a star",
     "\u00fc@a.example.com",
     MISS_WILDCARD_LITERAL,
     {UTF8("\u00fc@*.example.com")}},
    {"an empty SmtpUTF8Mailbox", "\u00fc@example.com", MISS_NOT_A_MAILBOX, {UTF8("")}},

    {"the subject's", "a@example.com", MISS_SUBJECT_EMAIL, {MAIL("a@example.com")}},
    {"the subject's beyond ASCII",
     "\u00fc@example.com",
     MISS_SUBJECT_EMAIL,
     {MAIL("\u00fc@example.com")}},
    {"a host", "a@example.com", MISS_OTHER_TYPE, {DNS("example.com")}},
    {"a host that is a mailbox", "a@example.com", MISS_OTHER_TYPE, {DNS("a@example.com")}},
    {"a common name", "a@example.com", MISS_OTHER_TYPE, {CN("a@example.com")}},
    {"a URI", "a@example.com", MISS_OTHER_TYPE, {URI("mailto:a@example.com")}},
    {"another otherName", "a@example.com", MISS_OTHER_TYPE, {OTHER("a@example.com")}},
    {"a service", "a@example.com", MISS_OTHER_TYPE, {SRV("a@example.com")}},
    {"what cannot be decoded", "a@example.com", MISS_MALFORMED, {MALFORMED}},
};

static const struct row uri_rows[] = {
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

static const struct row spiffe_rows[] = {
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

static const struct row srv_rows[] = {
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

/* In question is the first identity; a match has to be it. By a rule set whose peer does not know
 * the kind it is the same, and no switch of the common name changes anything. */
static void check_row(const struct row *row, enum reference_kind kind, enum rule_set set)
{
    size_t n = count(row->presented);

    for (int common_name = RULE_COMMON_NAME_AS_SET; common_name <= RULE_COMMON_NAME_YES;
         common_name++) {
        struct match_rules rules = {
            .suffixes = suffixes,
            .rules = {.set = set,
                      .common_name = (enum rule_common_name)common_name,
                      .public_suffix = RULE_PUBLIC_SUFFIX_REFUSE_ICANN},
        };
        struct reference reference = reference_of(kind, set, row->reference);
        struct match_result result;
        uint8_t *data = exactly(row->presented[0].data, row->presented[0].len);
        struct identity alone = {row->presented[0].type, data, row->presented[0].len};
        enum miss miss = match_why(&rules, &reference, row->presented, n, 0);

        ck_assert_int_eq(match_one(&rules, &reference, &alone),
                         miss == MISS_URI_NOT_SINGLE ? MISS_NONE : miss);
        free(data);
        ck_assert_msg(miss == row->expected, "%s: expected %s, got %s", row->intent,
                      miss_name(row->expected), miss_name(miss));
        judge(&rules, &reference, row->presented, n, &result);
        ck_assert_msg((result.match == MATCH_FOUND) == (row->expected == MISS_NONE), "%s: found %d",
                      row->intent, (int)result.match);
        if (result.match == MATCH_FOUND)
            ck_assert_uint_eq(result.matched, 0);
    }
}

START_TEST(email)
{
    check_row(&email_rows[_i], REFERENCE_EMAIL, RULES_RFC9525);
    check_row(&email_rows[_i], REFERENCE_EMAIL, RULES_PYTHON_3_5);
}
END_TEST

START_TEST(uri)
{
    for (int set = RULES_RFC9525; set <= RULES_OPENSSL; set++)
        check_row(&uri_rows[_i], REFERENCE_URI, (enum rule_set)set);
}
END_TEST

START_TEST(spiffe)
{
    for (int set = RULES_RFC9525; set <= RULES_OPENSSL; set++)
        check_row(&spiffe_rows[_i], REFERENCE_SPIFFE, (enum rule_set)set);
}
END_TEST

START_TEST(srv)
{
    for (int set = RULES_RFC9525; set <= RULES_OPENSSL; set++)
        check_row(&srv_rows[_i], REFERENCE_SRV, (enum rule_set)set);
}
END_TEST

/* --- a mailbox as X509_check_email has it --- */

static const struct peer_row {
    const char *intent;
    const char *reference;
    enum rule_common_name common_name;
    enum miss expected; /* of the first */
    bool ended;
    struct identity presented[N_PRESENTED];
} peer_rows[] = {
    {"no subject's, switched off",
     "a@b.c",
     RULE_COMMON_NAME_NO,
     MISS_NONE,
     false,
     {EMAIL("a@b.c")}},
    {"the same", "a@example.com", 0, MISS_NONE, false, {EMAIL("a@Example.COM")}},
    {"another case", "a@example.com", 0, MISS_LOCAL_PART, false, {EMAIL("A@example.com")}},
    {"a shorter one", "a@example.com", 0, MISS_LOCAL_PART, false, {EMAIL("@a@example.com")}},
    {"another domain", "a@example.com", 0, MISS_LABEL, false, {EMAIL("a@example.org")}},
    {"a trailing dot", "a@example.com.", 0, MISS_NONE, false, {EMAIL("a@example.com.")}},
    {"quoted", "\"a@b\"@example.com", 0, MISS_NONE, false, {EMAIL("\"a@b\"@example.COM")}},
    {"quoted, in another case", "\"a@b\"@c.d", 0, MISS_LOCAL_PART, false, {EMAIL("\"a@B\"@c.d")}},
    {"a star is a star", "*@*.com", 0, MISS_NONE, false, {EMAIL("*@*.COM")}},
    {"a NUL", "a@example.com", 0, MISS_NUL, false, {EMAIL("a@example.com\0")}},
    {"no @", "a@example.com", 0, MISS_NOT_A_MAILBOX, false, {EMAIL("a.example.com")}},
    {"empty", "a@example.com", 0, MISS_NOT_A_MAILBOX, false, {EMAIL("")}},
    {"a SmtpUTF8Mailbox", "a@example.com", 0, MISS_NONE, false, {UTF8("a@example.com")}},
    {"U-labels", "\u00fc@\u00e4.b", 0, MISS_NONE, false, {UTF8("\u00fc@\u00e4.B")}},
    {"U-labels for A-labels", "a@xn--4ca.b", 0, MISS_LABEL, false, {UTF8("a@\u00e4.b")}},
    {"not UTF-8 first", "a@b.c", 0, MISS_NOT_UTF8, true, {UTF8("\xfc@b.c"), EMAIL("a@b.c")}},
    {"an rfc822Name beyond ASCII",
     "\u00fc@b.c",
     0,
     MISS_NOT_ASCII,
     false,
     {EMAIL("\u00fc@b.c"), MAIL("\u00fc@b.c")}},
    {"a host", "a@example.com", 0, MISS_OTHER_TYPE, false, {DNS("a@example.com")}},
    {"a common name", "a@example.com", 0, MISS_OTHER_TYPE, false, {CN("a@example.com")}},

    {"the subject's", "a@b.c", 0, MISS_NONE, false, {MAIL("a@B.c"), CN("x"), DNS("x.example")}},
    {"the subject's, and it may", "a@b.c", RULE_COMMON_NAME_YES, MISS_NONE, false, {MAIL("a@b.c")}},
    {"the subject's, switched off",
     "a@b.c",
     RULE_COMMON_NAME_NO,
     MISS_SUBJECT_EMAIL,
     false,
     {MAIL("a@b.c")}},
    {"the subject's, off, and no last resort",
     "a@b.c",
     RULE_COMMON_NAME_NO,
     MISS_SUBJECT_EMAIL,
     false,
     {MAIL("a@b.c"), EMAIL("d@e.f")}},
    {"no last resort",
     "a@b.c",
     0,
     MISS_SUBJECT_EMAIL_NOT_LAST_RESORT,
     false,
     {MAIL("a@b.c"), EMAIL("d@e.f")}},
    {"no last resort for a SmtpUTF8Mailbox",
     "a@b.c",
     0,
     MISS_SUBJECT_EMAIL_NOT_LAST_RESORT,
     false,
     {MAIL("a@b.c"), UTF8("d@e.f")}},
    {"no last resort where names cannot be read",
     "a@b.c",
     0,
     MISS_SUBJECT_EMAIL_NOT_LAST_RESORT,
     false,
     {MAIL("a@b.c"), MALFORMED}},
    {"the subject's, not decoded",
     "a@b.c",
     0,
     MISS_MALFORMED,
     true,
     {{IDENTITY_SUBJECT_EMAIL, NULL, 0}, MAIL("a@b.c")}},
};

START_TEST(email_by_the_peers_rules)
{
    static const enum rule_set sets[] = {RULES_OPENSSL, RULES_PYTHON_3_7};
    const struct peer_row *row = &peer_rows[_i];
    size_t n = count(row->presented);

    for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
        struct match_rules rules = {.suffixes = suffixes,
                                    .rules = {.set = sets[i], .common_name = row->common_name}};
        struct reference reference = reference_of(REFERENCE_EMAIL, sets[i], row->reference);
        struct match_result result;
        enum miss miss = match_why(&rules, &reference, row->presented, n, 0);

        ck_assert_msg(miss == row->expected, "%s: %s", row->intent, miss_name(miss));
        judge(&rules, &reference, row->presented, n, &result);
        ck_assert_msg((result.match == MATCH_FOUND) == (miss == MISS_NONE), "%s", row->intent);
        ck_assert_msg(result.ended == row->ended, "%s: ended", row->intent);
    }
}
END_TEST

/* By the RFCs a mailbox that cannot be read hides no good one, as it does by the peers' rules. */
START_TEST(a_broken_mailbox_hides_none)
{
    static const struct identity presented[] = {MALFORMED, UTF8("\xfc@b.c"), UTF8("\u00fc"),
                                                UTF8("\u00fc@b.c")};

    for (int set = RULES_RFC9525; set <= RULES_OPENSSL; set++) {
        struct match_rules rules = {.suffixes = suffixes, .rules = {.set = (enum rule_set)set}};
        struct reference reference = reference_of(REFERENCE_EMAIL, (enum rule_set)set,
                                                  "\u00fc@b.c");
        bool peer = set == RULES_OPENSSL || set == RULES_PYTHON_3_7;
        struct match_result result;

        judge(&rules, &reference, presented, 4, &result);
        ck_assert_int_eq(result.match, peer ? MATCH_NONE : MATCH_FOUND);
        ck_assert_uint_eq(peer ? result.nearest : result.matched, peer ? 1 : 3);
    }
}
END_TEST

/* --- hosts --- */

/* Whatever of another type a certificate holds, it is no host. */
START_TEST(no_other_type_is_a_host)
{
    static const struct identity presented[] = {
        EMAIL("a.example.com"),
        UTF8("a.example.com"),
        MAIL("a.example.com"),
        URI("a.example.com"),
        SRV("a.example.com"),
        OTHER("a.example.com"),
        EMAIL(V4_1),
        UTF8(V4_1),
        MAIL(V4_1),
        URI(V4_1),
        SRV(V4_1),
        OTHER(V4_1),
    };
    static const char *const hosts[] = {"a.example.com", "192.0.2.1"};

    for (int set = RULES_RFC9525; set <= RULES_OPENSSL; set++) {
        struct match_rules rules = {.suffixes = suffixes, .rules = {.set = (enum rule_set)set}};

        for (size_t i = 0; i < 2 * sizeof(presented) / sizeof(presented[0]); i++) {
            struct reference reference = reference_of(REFERENCE_HOST, (enum rule_set)set,
                                                      hosts[i % 2]);
            struct match_result result;

            judge(&rules, &reference, &presented[i / 2], 1, &result);
            ck_assert_int_eq(result.match, MATCH_NONE);
            ck_assert_int_eq(match_one(&rules, &reference, &presented[i / 2]), MISS_OTHER_TYPE);
        }
    }
}
END_TEST

/* A mailbox is no identity that would silence a common name, in the subject as in the SAN. */
START_TEST(a_mailbox_silences_no_common_name)
{
    static const struct identity presented[] = {EMAIL("a@example.com"), UTF8("\u00fc@example.com"),
                                                CN("a.example"), MAIL("b@example.com")};

    for (int set = RULES_RFC9525; set <= RULES_OPENSSL; set++) {
        struct match_rules rules = {
            .suffixes = suffixes,
            .rules = {.set = (enum rule_set)set, .common_name = RULE_COMMON_NAME_YES}};
        struct reference reference = reference_of(REFERENCE_HOST, (enum rule_set)set, "a.example");
        struct match_result result;

        judge(&rules, &reference, presented, 4, &result);
        ck_assert_int_eq(result.match, MATCH_FOUND);
        ck_assert_uint_eq(result.matched, 2);
    }
}
END_TEST

/* --- the nearest miss --- */

static const struct nearest_row {
    const char *intent;
    enum reference_kind kind;
    enum rule_set set;
    const char *reference;
    int nearest; /* -1 where there is none */
    enum miss why;
    struct identity presented[N_PRESENTED];
} nearest_rows[] = {
    {"the mailbox of most labels",
     REFERENCE_EMAIL,
     RULES_RFC9525,
     "a@b.example.com",
     1,
     MISS_LABEL,
     {EMAIL("a@b.example.org"), EMAIL("x@c.example.com"), EMAIL("a@x.com")}},
    {"a SmtpUTF8Mailbox too",
     REFERENCE_EMAIL,
     RULES_RFC9525,
     "a@example.com",
     2,
     MISS_MAILBOX_TYPE,
     {DNS("example.com"), EMAIL("a@example.org"), UTF8("a@example.com")}},
    {"the subject's, for want of another",
     REFERENCE_EMAIL,
     RULES_RFC9525,
     "a@example.com",
     2,
     MISS_SUBJECT_EMAIL,
     {DNS("example.com"), CN("a@example.com"), MAIL("a@example.com")}},
    {"the subject's is never nearer than another",
     REFERENCE_EMAIL,
     RULES_RFC9525,
     "a@example.com",
     1,
     MISS_LABEL,
     {MAIL("a@example.com"), EMAIL("a@b.org")}},
    {"a trailing dot is near",
     REFERENCE_EMAIL,
     RULES_RFC9525,
     "a@example.com",
     1,
     MISS_NOT_A_NAME,
     {EMAIL("a@a.com"), EMAIL("a@example.com.")}},
    {"a mailbox that is none",
     REFERENCE_EMAIL,
     RULES_RFC9525,
     "a@example.com",
     0,
     MISS_NOT_A_MAILBOX,
     {EMAIL("example.com"), MAIL("a@example.com")}},
    {"none for a mailbox",
     REFERENCE_EMAIL,
     RULES_RFC9525,
     "a@example.com",
     -1,
     MISS_NONE,
     {DNS("example.com"), CN("a@example.com"), URI("mailto:a@example.com"), IP(V4_1)}},
    {"the URI of most labels",
     REFERENCE_URI,
     RULES_RFC9525,
     "https://a.example.com",
     1,
     MISS_SCHEME,
     {URI("https://a.example.org"), URI("http://a.example.com"), DNS("a.example.com")}},
    {"a URI that is none",
     REFERENCE_URI,
     RULES_PYTHON_3_5,
     "https://a.example.com",
     2,
     MISS_NOT_A_URI,
     {CN("a.example.com"), DNS("a.example.com"), URI("urn:a")}},
    {"the SPIFFE ID equal furthest",
     REFERENCE_SPIFFE,
     RULES_RFC9525,
     "spiffe://a.example/b/c",
     1,
     MISS_URI_NOT_SINGLE,
     {URI("spiffe://a.example/x"), URI("spiffe://a.example/b/x"), URI("spiffe://b.example/b/c")}},
    {"one SPIFFE ID",
     REFERENCE_SPIFFE,
     RULES_OPENSSL,
     "spiffe://a.example/b/c",
     1,
     MISS_URI,
     {DNS("a.example"), URI("spiffe://a.example/b/c/d")}},
    {"the service of most labels",
     REFERENCE_SRV,
     RULES_RFC9525,
     "_imap.a.example.com",
     2,
     MISS_SERVICE,
     {SRV("_imap.b.example.com"), SRV("_imap"), SRV("_smtp.a.example.com"), DNS("a.example.com")}},
    {"none for a service",
     REFERENCE_SRV,
     RULES_RFC9525,
     "_imap.a.example.com",
     -1,
     MISS_NONE,
     {DNS("a.example.com"), MAIL("a@example.com"), UTF8("a@example.com"), CN("a")}},
    {"none for a host",
     REFERENCE_HOST,
     RULES_RFC9525,
     "a.example.com",
     -1,
     MISS_NONE,
     {EMAIL("a@example.com"), MAIL("a@example.com"), UTF8("a@example.com"), IP(V4_1)}},
};

START_TEST(nearest)
{
    const struct nearest_row *row = &nearest_rows[_i];
    struct match_rules rules = {.suffixes = suffixes, .rules = {.set = row->set}};
    struct reference reference = reference_of(row->kind, row->set, row->reference);
    struct match_result result;

    judge(&rules, &reference, row->presented, count(row->presented), &result);
    ck_assert_int_eq(result.match, MATCH_NONE);
    ck_assert_int_eq(result.has_nearest, row->nearest >= 0);
    ck_assert_msg(result.nearest == (size_t)(row->nearest < 0 ? 0 : row->nearest),
                  "%s: %zu is nearest", row->intent, result.nearest);
    ck_assert_msg(result.why == row->why, "%s: %s", row->intent, miss_name(result.why));
}
END_TEST

/* --- hostile --- */

static const struct {
    enum reference_kind kind;
    enum identity_type type;
    const char *text;
    const char *reference;
} kinds[] = {
    {REFERENCE_EMAIL, IDENTITY_EMAIL, "good@example.com", "good@example.com"},
    {REFERENCE_EMAIL, IDENTITY_SMTP_UTF8, "\u00fc@example.com", "\u00fc@example.com"},
    {REFERENCE_URI, IDENTITY_URI, "https://good.example.com", "https://good.example.com"},
    {REFERENCE_SPIFFE, IDENTITY_URI, "spiffe://good.example/a", "spiffe://good.example/a"},
    {REFERENCE_SRV, IDENTITY_SRV, "_imap.good.example.com", "_imap.good.example.com"},
    {REFERENCE_SRV, IDENTITY_SRV, "_imap.*.example.com", "_imap.good.example.com"},
};

/* Any byte at any place of what matched, put in or written over: a NUL stands for nothing, and no
 * byte but the same in another case, where that does not matter, or in what a URI ignores, for the
 * same. */
START_TEST(a_byte_at_every_index)
{
    for (int set = RULES_RFC9525; set <= RULES_OPENSSL; set++) {
        struct match_rules rules = {.suffixes = suffixes, .rules = {.set = (enum rule_set)set}};
        struct reference reference = reference_of(kinds[_i].kind, (enum rule_set)set,
                                                  kinds[_i].reference);
        size_t len = strlen(kinds[_i].text);
        uint8_t text[64];
        struct identity presented = {kinds[_i].type, text, len + 1};

        for (unsigned i = 0; i < 0x100 * (unsigned)(len + 1); i++) {
            uint8_t byte = (uint8_t)(i % 0x100);
            size_t at = i / 0x100;
            /* What may follow a host, and an @ before which there is a user. */
            bool ignored = kinds[_i].kind == REFERENCE_URI &&
                           ((at == len && strchr("/?#:", byte)) || (at == 8 && byte == '@'));
            enum miss miss;

            memcpy(text, kinds[_i].text, at);
            text[at] = byte;
            memcpy(text + at + 1, kinds[_i].text + at, len - at);
            miss = match_one(&rules, &reference, &presented);
            if (byte == '\0' ? miss != MISS_NUL && miss != MISS_NOT_UTF8
                             : miss == MISS_NONE && !ignored)
                ck_abort_msg("byte %u at %zu: %s", byte, at, miss_name(miss));
        }
    }
}
END_TEST

/* What printing would turn into several names, or into one of another type (CVE-2021-44532): of
 * every type, for every kind of reference. */
START_TEST(what_printing_would_turn_into_another)
{
    static const char *const texts[] = {
        "x, DNS:good.example.com",  "x, email:good@example.com", "x, URI:https://good.example.com",
        "DNS:good.example.com",     "\"good.example.com\"",      "good.example.com\nDNS:x",
        "good@example.com, URI:x",  "email:good@example.com",    "URI:spiffe://good.example/a",
        "_imap.good.example.com,x", "good@example.com\n",
    };

    for (int type = IDENTITY_DNS; type <= IDENTITY_SUBJECT_EMAIL; type++) {
        for (size_t t = 0; t < sizeof(texts) / sizeof(texts[0]); t++) {
            struct identity presented = {(enum identity_type)type, (const uint8_t *)texts[t],
                                         strlen(texts[t])};

            for (int k = 0; k < N_ROWS(kinds); k++) {
                struct match_rules rules = {.suffixes = suffixes};
                struct reference reference = reference_of(kinds[k].kind, RULES_RFC9525,
                                                          kinds[k].reference);

                ck_assert_int_ne(match_one(&rules, &reference, &presented), MISS_NONE);
            }
        }
    }
}
END_TEST

/* An identity of each type, its text empty or the right one of another type, for each kind: only
 * those match that are made for each other. */
START_TEST(every_type_for_every_kind)
{
    for (int type = IDENTITY_NONE; type <= IDENTITY_SUBJECT_EMAIL + 1; type++) {
        for (int k = 0; k < N_ROWS(kinds); k++) {
            struct match_rules rules = {.suffixes = suffixes};
            struct reference reference = reference_of(kinds[k].kind, RULES_RFC9525,
                                                      kinds[k].reference);
            struct identity empty = {(enum identity_type)type, NULL, 0};

            ck_assert_int_ne(match_one(&rules, &reference, &empty), MISS_NONE);
            for (int other = 0; other < N_ROWS(kinds); other++) {
                struct identity presented = {(enum identity_type)type,
                                             (const uint8_t *)kinds[other].text,
                                             strlen(kinds[other].text)};
                bool same = (int)kinds[k].type == type &&
                            (other == k || strcmp(kinds[k].reference, kinds[other].text) == 0 ||
                             (kinds[k].kind == REFERENCE_SRV &&
                              kinds[other].kind == REFERENCE_SRV));

                ck_assert_int_eq(match_one(&rules, &reference, &presented) == MISS_NONE, same);
            }
        }
    }
}
END_TEST

/* The switches that tighten wildcards tighten those of services; nothing loosens anything. */
START_TEST(switches)
{
    static const struct {
        struct rules rules;
        const char *text;
        enum miss expected;
    } rows[] = {
        {{.wildcards = RULE_WILDCARDS_NONE}, "_imap.*.example.com", MISS_WILDCARD_OFF},
        {{.wildcards = RULE_WILDCARDS_NONE}, "_imap.a.example.com", MISS_NONE},
        {{.wildcards = RULE_WILDCARDS_LEFT_LABEL}, "_imap.*.example.com", MISS_NONE},
        {{.public_suffix = RULE_PUBLIC_SUFFIX_REFUSE_ALL}, "_imap.*.example.com", MISS_NONE},
    };
    struct reference reference = reference_of(REFERENCE_SRV, RULES_RFC9525, "_imap.a.example.com");
    struct reference customer = reference_of(REFERENCE_SRV, RULES_RFC9525, "_imap.a.github.io");
    struct match_rules all = {.suffixes = suffixes,
                              .rules = {.public_suffix = RULE_PUBLIC_SUFFIX_REFUSE_ALL}};
    struct identity star = SRV("_imap.*.github.io");

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct match_rules rules = {.suffixes = suffixes, .rules = rows[i].rules};
        struct identity presented = {IDENTITY_SRV, (const uint8_t *)rows[i].text,
                                     strlen(rows[i].text)};

        ck_assert_int_eq(match_one(&rules, &reference, &presented), rows[i].expected);
    }
    ck_assert_int_eq(match_one(&all, &customer, &star), MISS_WILDCARD_PUBLIC_SUFFIX);
}
END_TEST

/* Read by the rules of one set, it says nothing to another; and of a kind that is none, nothing at
 * all. */
START_TEST(a_reference_of_other_rules)
{
    for (int k = 0; k < N_ROWS(kinds); k++) {
        struct match_rules rules = {.suffixes = suffixes, .rules = {.set = RULES_PYTHON_3_5}};
        struct reference reference = reference_of(kinds[k].kind, RULES_RFC9525, kinds[k].reference);
        struct identity presented = {kinds[k].type, (const uint8_t *)kinds[k].text,
                                     strlen(kinds[k].text)};

        ck_assert_int_eq(match_one(&rules, &reference, &presented), MISS_OTHER_RULES);
        rules.rules.set = RULES_RFC9525;
        ck_assert_int_eq(match_one(&rules, &reference, &presented), MISS_NONE);
        reference.kind = (enum reference_kind)0;
        ck_assert_int_eq(match_one(&rules, &reference, &presented), MISS_OTHER_TYPE);
    }
}
END_TEST

/* Each reason of these kinds has a row, and words of its own. */
START_TEST(every_miss_has_a_row_and_words)
{
    for (int miss = MISS_NOT_ASCII; miss <= MISS_SERVICE; miss++) {
        size_t n_rows = 0;

        for (int i = 0; i < N_ROWS(email_rows); i++)
            n_rows += (int)email_rows[i].expected == miss;
        for (int i = 0; i < N_ROWS(uri_rows); i++)
            n_rows += (int)uri_rows[i].expected == miss;
        for (int i = 0; i < N_ROWS(spiffe_rows); i++)
            n_rows += (int)spiffe_rows[i].expected == miss;
        for (int i = 0; i < N_ROWS(srv_rows); i++)
            n_rows += (int)srv_rows[i].expected == miss;
        for (int i = 0; i < N_ROWS(peer_rows); i++)
            n_rows += (int)peer_rows[i].expected == miss;
        ck_assert_msg(n_rows > 0, "no row for %s", miss_name((enum miss)miss));

        for (int other = MISS_NONE; other < miss; other++) {
            ck_assert_str_ne(miss_name((enum miss)miss), miss_name((enum miss)other));
            ck_assert_str_ne(miss_text((enum miss)miss), miss_text((enum miss)other));
        }
    }
    ck_assert_str_eq(miss_name((enum miss)(MISS_SERVICE + 1)), "unknown");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("match-kinds");
    TCase *rows = tcase_create("rows");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_unchecked_fixture(rows, open_suffixes, close_suffixes);
    tcase_set_timeout(rows, 60);
    tcase_add_loop_test(rows, email, 0, N_ROWS(email_rows));
    tcase_add_loop_test(rows, uri, 0, N_ROWS(uri_rows));
    tcase_add_loop_test(rows, spiffe, 0, N_ROWS(spiffe_rows));
    tcase_add_loop_test(rows, srv, 0, N_ROWS(srv_rows));
    tcase_add_loop_test(rows, email_by_the_peers_rules, 0, N_ROWS(peer_rows));
    tcase_add_test(rows, a_broken_mailbox_hides_none);
    tcase_add_test(rows, no_other_type_is_a_host);
    tcase_add_test(rows, a_mailbox_silences_no_common_name);
    tcase_add_loop_test(rows, nearest, 0, N_ROWS(nearest_rows));
    tcase_add_loop_test(rows, a_byte_at_every_index, 0, N_ROWS(kinds));
    tcase_add_test(rows, what_printing_would_turn_into_another);
    tcase_add_test(rows, every_type_for_every_kind);
    tcase_add_test(rows, switches);
    tcase_add_test(rows, a_reference_of_other_rules);
    tcase_add_test(rows, every_miss_has_a_row_and_words);
    suite_add_tcase(suite, rows);

    srunner_run_all(runner, CK_NORMAL);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
