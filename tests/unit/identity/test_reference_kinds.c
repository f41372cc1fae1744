/* SPDX-License-Identifier: MIT */

/*
 * Tests references that are not hosts: which ones are accepted and what they become, which are
 * refused and why.
 */

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/identity/reference.h"
#include "tests/unit/identity/match_rows.h"

#define LABELS_253                                                                                 \
    LABEL_63 "." LABEL_63 "." LABEL_63 "."                                                         \
             "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define LOCAL_64 "a" LABEL_63
#define BUECHER  "b\u00fccher"

struct text {
    const char *data;
    size_t len;
};
#define T(text)                                                                                    \
    {                                                                                              \
        text, sizeof(text) - 1                                                                     \
    }

/* --- accepted --- */

static const struct taken_row {
    const char *intent;
    enum reference_kind kind;
    enum rule_set set;
    const char *text;
    enum identity_type type;
    const char *value;
    const char *head; /* the part of the value before the domain */
    const char *domain;
    bool is_address;
} taken_rows[] = {
    {"a name", REFERENCE_HOST, RULES_RFC9525, "A.Example.", IDENTITY_DNS, "a.example", "",
     "a.example", false},
    {"a name by openssl", REFERENCE_HOST, RULES_OPENSSL, "A_b.Example.", IDENTITY_DNS,
     "a_b.example", "", "a_b.example", false},
    {"an address", REFERENCE_HOST, RULES_RFC9525, "2001:DB8:0::1", IDENTITY_IP, "2001:db8::1", "",
     "2001:db8::1", true},

    {"a mailbox", REFERENCE_EMAIL, RULES_RFC9525, "Ann.Bee@Example.COM", IDENTITY_EMAIL,
     "Ann.Bee@example.com", "Ann.Bee", "example.com", false},
    {"a trailing dot of a domain", REFERENCE_EMAIL, RULES_RFC9525, "a@example.com.", IDENTITY_EMAIL,
     "a@example.com", "a", "example.com", false},
    {"all of atext", REFERENCE_EMAIL, RULES_RFC9525, "aZ09!#$%&'*+-/=?^_`{|}~@example.com",
     IDENTITY_EMAIL, "aZ09!#$%&'*+-/=?^_`{|}~@example.com", "aZ09!#$%&'*+-/=?^_`{|}~",
     "example.com", false},
    {"a domain in U-labels", REFERENCE_EMAIL, RULES_RFC9525, "a@" BUECHER ".example",
     IDENTITY_EMAIL, "a@xn--bcher-kva.example", "a", "xn--bcher-kva.example", false},
    {"a local part beyond ASCII", REFERENCE_EMAIL, RULES_RFC9525, "\u533b\u751f@example.com",
     IDENTITY_EMAIL, "\u533b\u751f@example.com", "\u533b\u751f", "example.com", false},
    {"both", REFERENCE_EMAIL, RULES_PYTHON_3_5, "J\u00fcrgen@" BUECHER ".Example", IDENTITY_EMAIL,
     "J\u00fcrgen@xn--bcher-kva.example", "J\u00fcrgen", "xn--bcher-kva.example", false},
    {"the first character that is seen", REFERENCE_EMAIL, RULES_RFC9525, "\u00a1@example.com",
     IDENTITY_EMAIL, "\u00a1@example.com", "\u00a1", "example.com", false},
    {"the longest local part", REFERENCE_EMAIL, RULES_RFC9525, LOCAL_64 "@example.com",
     IDENTITY_EMAIL, LOCAL_64 "@example.com", LOCAL_64, "example.com", false},
    {"the longest mailbox", REFERENCE_EMAIL, RULES_RFC9525, LOCAL_64 "@" LABELS_253, IDENTITY_EMAIL,
     LOCAL_64 "@" LABELS_253, LOCAL_64, LABELS_253, false},
    {"by openssl, as it is given", REFERENCE_EMAIL, RULES_OPENSSL, "\"A@B\"@Example.COM.",
     IDENTITY_EMAIL, "\"A@B\"@Example.COM.", "\"A@B\"", "example.com", false},
    {"at a bracketed address, by openssl", REFERENCE_EMAIL, RULES_OPENSSL, "a@[192.0.2.1]",
     IDENTITY_EMAIL, "a@[192.0.2.1]", "a", "[192.0.2.1]", true},
    {"at a bracketed IPv6 address, by openssl", REFERENCE_EMAIL, RULES_OPENSSL,
     "a@[IPv6:2001:db8::1]", IDENTITY_EMAIL, "a@[IPv6:2001:db8::1]", "a", "[ipv6:2001:db8::1]",
     true},
    {"at an address in hexadecimal, by openssl", REFERENCE_EMAIL, RULES_OPENSSL, "a@0xc0000201",
     IDENTITY_EMAIL, "a@0xc0000201", "a", "0xc0000201", true},
    {"at an address, by python-3.7", REFERENCE_EMAIL, RULES_PYTHON_3_7, "a@192.0.2.1",
     IDENTITY_EMAIL, "a@192.0.2.1", "a", "192.0.2.1", true},
    {"beyond ASCII, by openssl", REFERENCE_EMAIL, RULES_OPENSSL, "\u00fc@" BUECHER ".Example",
     IDENTITY_EMAIL, "\u00fc@" BUECHER ".Example", "\u00fc", "xn--bcher-kva.example", false},

    {"a URI", REFERENCE_URI, RULES_RFC9525, "HTTPS://Example.COM/Path?a=b#c", IDENTITY_URI,
     "https://example.com", "https", "example.com", false},
    {"user information and a port", REFERENCE_URI, RULES_OPENSSL, "a+b.c-1://u:p@example.com:8080",
     IDENTITY_URI, "a+b.c-1://example.com", "a+b.c-1", "example.com", false},
    {"an empty port", REFERENCE_URI, RULES_RFC9525, "https://example.com:/", IDENTITY_URI,
     "https://example.com", "https", "example.com", false},
    {"empty user information", REFERENCE_URI, RULES_RFC9525, "https://@example.com", IDENTITY_URI,
     "https://example.com", "https", "example.com", false},
    {"a question at once", REFERENCE_URI, RULES_RFC9525, "https://example.com?@evil.example",
     IDENTITY_URI, "https://example.com", "https", "example.com", false},
    {"a fragment at once", REFERENCE_URI, RULES_RFC9525, "https://example.com#@evil.example",
     IDENTITY_URI, "https://example.com", "https", "example.com", false},
    {"a host in U-labels", REFERENCE_URI, RULES_PYTHON_3_7, "https://" BUECHER ".example/",
     IDENTITY_URI, "https://xn--bcher-kva.example", "https", "xn--bcher-kva.example", false},
    {"a trailing dot of a host", REFERENCE_URI, RULES_RFC9525, "https://example.com./",
     IDENTITY_URI, "https://example.com", "https", "example.com", false},
    {"SIP", REFERENCE_URI, RULES_RFC9525, "sip:Example.COM", IDENTITY_URI, "sip:example.com", "sip",
     "example.com", false},
    {"SIPS with all there is", REFERENCE_URI, RULES_RFC9525, "SIPS:example.com:5061;lr?a=b",
     IDENTITY_URI, "sips:example.com", "sips", "example.com", false},
    {"the longest scheme", REFERENCE_URI, RULES_RFC9525, LOCAL_64 "://example.com", IDENTITY_URI,
     LOCAL_64 "://example.com", LOCAL_64, "example.com", false},
    {"the longest host", REFERENCE_URI, RULES_RFC9525, "https://" LABELS_253, IDENTITY_URI,
     "https://" LABELS_253, "https", LABELS_253, false},

    {"a SPIFFE ID", REFERENCE_SPIFFE, RULES_RFC9525, "spiffe://example.com/Pay.ments/_my-SQL9",
     IDENTITY_URI, "spiffe://example.com/Pay.ments/_my-SQL9", "spiffe", "example.com", false},
    {"a trust domain that is no host name", REFERENCE_SPIFFE, RULES_OPENSSL, "spiffe://_a..-/b",
     IDENTITY_URI, "spiffe://_a..-/b", "spiffe", "_a..-", false},
    {"a trust domain like an address", REFERENCE_SPIFFE, RULES_PYTHON_3_5, "spiffe://192.0.2.1/b",
     IDENTITY_URI, "spiffe://192.0.2.1/b", "spiffe", "192.0.2.1", true},
    {"the longest trust domain", REFERENCE_SPIFFE, RULES_RFC9525, "spiffe://aa" LABELS_253 "/b",
     IDENTITY_URI, "spiffe://aa" LABELS_253 "/b", "spiffe", "aa" LABELS_253, false},
    {"dots that are no modifiers", REFERENCE_SPIFFE, RULES_RFC9525, "spiffe://a/.../.b/c./..d/e..",
     IDENTITY_URI, "spiffe://a/.../.b/c./..d/e..", "spiffe", "a", false},

    {"a service", REFERENCE_SRV, RULES_RFC9525, "_XMPP-client.Example.COM.", IDENTITY_SRV,
     "_xmpp-client.example.com", "_xmpp-client", "example.com", false},
    {"a service of a domain in U-labels", REFERENCE_SRV, RULES_OPENSSL, "_imap." BUECHER ".example",
     IDENTITY_SRV, "_imap.xn--bcher-kva.example", "_imap", "xn--bcher-kva.example", false},
    {"the longest service", REFERENCE_SRV, RULES_PYTHON_3_5,
     "_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa." LABELS_253, IDENTITY_SRV,
     "_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa." LABELS_253,
     "_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", LABELS_253, false},
};

START_TEST(taken)
{
    const struct taken_row *row = &taken_rows[_i];
    struct reference reference;
    int r;

    memset(&reference, 0xa5, sizeof(reference));
    r = reference_parse(&reference, row->kind, row->set, (const uint8_t *)row->text,
                        strlen(row->text));
    ck_assert_msg(r == 0, "%s: %s", row->intent, reference_fault_text((enum reference_fault)r));
    ck_assert_int_eq(reference.kind, row->kind);
    ck_assert_int_eq(reference.set, row->set);
    ck_assert_int_eq(reference.type, row->type);
    ck_assert_str_eq(reference.value, row->value);
    ck_assert_uint_eq(reference.value_len, strlen(row->value));
    ck_assert_uint_eq(reference.head_len, strlen(row->head));
    ck_assert_mem_eq(reference.value, row->head, reference.head_len);
    ck_assert_str_eq(reference.domain, row->domain);
    ck_assert_uint_eq(reference.domain_len, strlen(row->domain));
    ck_assert_int_eq(reference.domain_is_address, row->is_address);
    ck_assert_str_eq(reference_shown(&reference),
                     row->kind == REFERENCE_HOST ? row->text : row->value);
}
END_TEST

/* --- refused --- */

static const struct refused_row {
    const char *intent;
    enum reference_kind kind;
    enum rule_set set;
    struct text text;
    int fault;
} refused_rows[] = {
    {"no kind", 0, RULES_RFC9525, T("a.example"), REFERENCE_UNKNOWN_KIND},
    {"a kind that is none", (enum reference_kind)99, RULES_RFC9525, T("a.example"),
     REFERENCE_UNKNOWN_KIND},

    {"nothing", REFERENCE_EMAIL, RULES_RFC9525, T(""), REFERENCE_EMPTY},
    {"a NUL", REFERENCE_EMAIL, RULES_RFC9525, T("a@example.com\0"), REFERENCE_NUL},
    {"a NUL by an emulated rule set", REFERENCE_EMAIL, RULES_OPENSSL, T("a@example.com\0"),
     REFERENCE_NUL},
    {"not UTF-8", REFERENCE_EMAIL, RULES_RFC9525, T("\xfc@example.com"), REFERENCE_NOT_UTF8},
    {"not UTF-8 by an emulated rule set", REFERENCE_EMAIL, RULES_OPENSSL, T("\xfc@example.com"),
     REFERENCE_NOT_UTF8},
    {"a space", REFERENCE_EMAIL, RULES_RFC9525, T("a b@example.com"), REFERENCE_WHITE_SPACE},
    {"a space by an emulated rule set", REFERENCE_EMAIL, RULES_PYTHON_3_7, T("a@example.com "),
     REFERENCE_WHITE_SPACE},
    {"no @", REFERENCE_EMAIL, RULES_RFC9525, T("a.example.com"), REFERENCE_NO_AT},
    {"no @ by an emulated rule set", REFERENCE_EMAIL, RULES_OPENSSL, T("a.example.com"),
     REFERENCE_NO_AT},
    {"no local part", REFERENCE_EMAIL, RULES_RFC9525, T("@example.com"), REFERENCE_LOCAL_PART},
    {"no local part by an emulated rule set", REFERENCE_EMAIL, RULES_OPENSSL, T("@example.com"),
     REFERENCE_LOCAL_PART},
    {"two @", REFERENCE_EMAIL, RULES_RFC9525, T("a@b@example.com"), REFERENCE_LOCAL_PART},
    {"a dot at its start", REFERENCE_EMAIL, RULES_RFC9525, T(".a@example.com"),
     REFERENCE_LOCAL_PART},
    {"a dot at its end", REFERENCE_EMAIL, RULES_RFC9525, T("a.@example.com"), REFERENCE_LOCAL_PART},
    {"two dots", REFERENCE_EMAIL, RULES_RFC9525, T("a..b@example.com"), REFERENCE_LOCAL_PART},
    {"a comma", REFERENCE_EMAIL, RULES_RFC9525, T("a,b@example.com"), REFERENCE_LOCAL_PART},
    {"in brackets", REFERENCE_EMAIL, RULES_RFC9525, T("<a@example.com>"), REFERENCE_LOCAL_PART},
    {"a control character", REFERENCE_EMAIL, RULES_RFC9525, T("a\x7f@example.com"),
     REFERENCE_LOCAL_PART},
    {"a control character beyond ASCII", REFERENCE_EMAIL, RULES_RFC9525, T("a\xc2\x9f@example.com"),
     REFERENCE_LOCAL_PART},
    {"a byte order mark", REFERENCE_EMAIL, RULES_RFC9525, T("\xef\xbb\xbf\u00fc@example.com"),
     REFERENCE_LOCAL_PART},
    {"a quoted local part", REFERENCE_EMAIL, RULES_RFC9525, T("\"a\"@example.com"),
     REFERENCE_LOCAL_PART_QUOTED},
    {"a backslash", REFERENCE_EMAIL, RULES_RFC9525, T("a\\b@example.com"),
     REFERENCE_LOCAL_PART_QUOTED},
    {"a local part of 65", REFERENCE_EMAIL, RULES_RFC9525, T("a" LOCAL_64 "@example.com"),
     REFERENCE_LOCAL_PART_TOO_LONG},
    {"no domain", REFERENCE_EMAIL, RULES_RFC9525, T("a@"), REFERENCE_NO_HOST},
    {"no domain by an emulated rule set", REFERENCE_EMAIL, RULES_OPENSSL, T("a@"),
     REFERENCE_NO_HOST},
    {"a domain that is a dot", REFERENCE_EMAIL, RULES_RFC9525, T("a@."), REFERENCE_NO_HOST},
    {"a leading dot", REFERENCE_EMAIL, RULES_RFC9525, T("a@.example.com"), REFERENCE_DOMAIN_DOT},
    {"a leading dot by an emulated rule set", REFERENCE_EMAIL, RULES_OPENSSL, T("a@.example.com"),
     REFERENCE_DOMAIN_DOT},
    {"a star", REFERENCE_EMAIL, RULES_RFC9525, T("a@*.example.com"), REFERENCE_WILDCARD},
    {"two dots in a domain", REFERENCE_EMAIL, RULES_RFC9525, T("a@b..com"), REFERENCE_EMPTY_LABEL},
    {"an address", REFERENCE_EMAIL, RULES_RFC9525, T("a@192.0.2.1"), REFERENCE_ADDRESS},
    {"an address of IPv6", REFERENCE_EMAIL, RULES_RFC9525, T("a@2001:db8::1"), REFERENCE_ADDRESS},
    {"an address as mail has it", REFERENCE_EMAIL, RULES_RFC9525, T("a@[192.0.2.1]"),
     REFERENCE_ADDRESS},
    {"a port", REFERENCE_EMAIL, RULES_RFC9525, T("a@example.com:25"), REFERENCE_PORT},
    {"a number at the end", REFERENCE_EMAIL, RULES_RFC9525, T("a@192.0.2.01"), REFERENCE_NUMERIC},
    {"no U-label", REFERENCE_EMAIL, RULES_RFC9525, T("a@\U0001f600.example"), REFERENCE_U_LABEL},
    {"a label of 64", REFERENCE_EMAIL, RULES_RFC9525, T("a@a" LABEL_63 ".example"),
     REFERENCE_LABEL_TOO_LONG},
    {"a domain of 254", REFERENCE_EMAIL, RULES_RFC9525, T("a@" LABELS_253 "a"), REFERENCE_TOO_LONG},
    {"a domain of 254 by an emulated rule set", REFERENCE_EMAIL, RULES_OPENSSL,
     T("a@" LABELS_253 "a"), REFERENCE_TOO_LONG},

    {"nothing", REFERENCE_URI, RULES_RFC9525, T(""), REFERENCE_EMPTY},
    {"a NUL", REFERENCE_URI, RULES_RFC9525, T("https://example.com/\0"), REFERENCE_NUL},
    {"no scheme", REFERENCE_URI, RULES_RFC9525, T("//example.com/"), REFERENCE_NO_SCHEME},
    {"a host alone", REFERENCE_URI, RULES_RFC9525, T("example.com"), REFERENCE_NO_SCHEME},
    {"an empty scheme", REFERENCE_URI, RULES_RFC9525, T("://example.com"), REFERENCE_NO_SCHEME},
    {"a scheme that begins with a digit", REFERENCE_URI, RULES_RFC9525, T("1a://example.com"),
     REFERENCE_NO_SCHEME},
    {"a scheme with an underscore", REFERENCE_URI, RULES_RFC9525, T("a_b://example.com"),
     REFERENCE_NO_SCHEME},
    {"a scheme of 65", REFERENCE_URI, RULES_RFC9525, T("a" LOCAL_64 "://example.com"),
     REFERENCE_NO_SCHEME},
    {"a space before it", REFERENCE_URI, RULES_RFC9525, T(" https://example.com"),
     REFERENCE_NO_SCHEME},
    {"a scheme alone", REFERENCE_URI, RULES_RFC9525, T("https:"), REFERENCE_NO_HOST},
    {"one slash", REFERENCE_URI, RULES_RFC9525, T("https:/example.com"), REFERENCE_NO_HOST},
    {"no slash", REFERENCE_URI, RULES_RFC9525, T("mailto:a@example.com"), REFERENCE_NO_HOST},
    {"a name", REFERENCE_URI, RULES_RFC9525, T("urn:example:a"), REFERENCE_NO_HOST},
    {"no host", REFERENCE_URI, RULES_RFC9525, T("file:///etc/passwd"), REFERENCE_NO_HOST},
    {"a port alone", REFERENCE_URI, RULES_RFC9525, T("https://:443/"), REFERENCE_NO_HOST},
    {"a user alone", REFERENCE_URI, RULES_RFC9525, T("https://a@/"), REFERENCE_NO_HOST},
    {"a dot alone", REFERENCE_URI, RULES_RFC9525, T("https://./"), REFERENCE_NO_HOST},
    {"SIP without a host", REFERENCE_URI, RULES_RFC9525, T("sip:;lr"), REFERENCE_NO_HOST},
    {"a SIP user", REFERENCE_URI, RULES_RFC9525, T("sip:a@example.com"), REFERENCE_URI_USER},
    {"a SIP user with a semicolon", REFERENCE_URI, RULES_RFC9525, T("sip:b;a@example.com"),
     REFERENCE_URI_USER},
    {"SIP with slashes", REFERENCE_URI, RULES_RFC9525, T("sip://example.com"), REFERENCE_CHARACTER},
    {"SIP and a path", REFERENCE_URI, RULES_RFC9525, T("sip:example.com/a"), REFERENCE_CHARACTER},
    {"SIP and a bad parameter", REFERENCE_URI, RULES_RFC9525, T("sip:example.com;<"),
     REFERENCE_URI_CHARACTER},
    {"a port that is none", REFERENCE_URI, RULES_RFC9525, T("https://example.com:http/"),
     REFERENCE_URI_PORT},
    {"a port of several", REFERENCE_URI, RULES_RFC9525, T("https://example.com:1:2/"),
     REFERENCE_URI_PORT},
    {"an address of IPv6 without brackets", REFERENCE_URI, RULES_RFC9525, T("https://2001:db8::1/"),
     REFERENCE_URI_PORT},
    {"an address of IPv6", REFERENCE_URI, RULES_RFC9525, T("https://[2001:db8::1]:1/"),
     REFERENCE_ADDRESS},
    {"a bracket that stays open", REFERENCE_URI, RULES_RFC9525, T("https://[2001:db8::1/"),
     REFERENCE_ADDRESS},
    {"an address", REFERENCE_URI, RULES_OPENSSL, T("https://192.0.2.1/"), REFERENCE_ADDRESS},
    {"a number at the end", REFERENCE_URI, RULES_OPENSSL, T("https://0x7f.1/"), REFERENCE_NUMERIC},
    {"an escape in the host", REFERENCE_URI, RULES_RFC9525, T("https://a%2eexample.com/"),
     REFERENCE_HOST_ESCAPED},
    {"a star", REFERENCE_URI, RULES_RFC9525, T("https://*.example.com/"), REFERENCE_WILDCARD},
    {"a leading dot", REFERENCE_URI, RULES_RFC9525, T("https://.example.com/"),
     REFERENCE_DOMAIN_DOT},
    {"two @", REFERENCE_URI, RULES_RFC9525, T("https://a@b@example.com/"), REFERENCE_CHARACTER},
    {"a backslash before the user", REFERENCE_URI, RULES_RFC9525,
     T("https://evil.example\\@example.com/"), REFERENCE_URI_CHARACTER},
    {"a backslash behind the host", REFERENCE_URI, RULES_RFC9525, T("https://example.com\\a"),
     REFERENCE_CHARACTER},
    {"a space in the path", REFERENCE_URI, RULES_RFC9525, T("https://example.com/a b"),
     REFERENCE_URI_CHARACTER},
    {"a path beyond ASCII", REFERENCE_URI, RULES_RFC9525, T("https://example.com/\u00fc"),
     REFERENCE_URI_CHARACTER},
    {"a user beyond ASCII", REFERENCE_URI, RULES_RFC9525, T("https://\u00fc@example.com/"),
     REFERENCE_URI_CHARACTER},
    {"a SPIFFE ID in capitals", REFERENCE_URI, RULES_RFC9525, T("SPIFFE://example.com/a"),
     REFERENCE_URI_SPIFFE},
    {"a SPIFFE ID without a path", REFERENCE_URI, RULES_RFC9525, T("spiffe://example.com"),
     REFERENCE_URI_SPIFFE},
    {"a SPIFFE ID with a port", REFERENCE_URI, RULES_RFC9525, T("spiffe://example.com:1/a"),
     REFERENCE_URI_SPIFFE},

    {"nothing", REFERENCE_SPIFFE, RULES_RFC9525, T(""), REFERENCE_EMPTY},
    {"a NUL", REFERENCE_SPIFFE, RULES_RFC9525, T("spiffe://example.com/a\0"), REFERENCE_NUL},
    {"another scheme", REFERENCE_SPIFFE, RULES_RFC9525, T("https://example.com/a"),
     REFERENCE_NOT_SPIFFE},
    {"the scheme in capitals", REFERENCE_SPIFFE, RULES_RFC9525, T("SPIFFE://example.com/a"),
     REFERENCE_NOT_SPIFFE},
    {"the scheme alone", REFERENCE_SPIFFE, RULES_RFC9525, T("spiffe:/"), REFERENCE_NOT_SPIFFE},
    {"no trust domain", REFERENCE_SPIFFE, RULES_RFC9525, T("spiffe:///a"), REFERENCE_TRUST_DOMAIN},
    {"nothing behind it", REFERENCE_SPIFFE, RULES_RFC9525, T("spiffe://"), REFERENCE_TRUST_DOMAIN},
    {"a capital", REFERENCE_SPIFFE, RULES_RFC9525, T("spiffe://Example.com/a"),
     REFERENCE_TRUST_DOMAIN},
    {"the last capital", REFERENCE_SPIFFE, RULES_RFC9525, T("spiffe://exampleZ/a"),
     REFERENCE_TRUST_DOMAIN},
    {"the first capital", REFERENCE_SPIFFE, RULES_RFC9525, T("spiffe://exampleA/a"),
     REFERENCE_TRUST_DOMAIN},
    {"a port", REFERENCE_SPIFFE, RULES_RFC9525, T("spiffe://example.com:1/a"),
     REFERENCE_TRUST_DOMAIN},
    {"an empty port", REFERENCE_SPIFFE, RULES_RFC9525, T("spiffe://example.com:/a"),
     REFERENCE_TRUST_DOMAIN},
    {"a user", REFERENCE_SPIFFE, RULES_RFC9525, T("spiffe://a@example.com/a"),
     REFERENCE_TRUST_DOMAIN},
    {"an escape", REFERENCE_SPIFFE, RULES_RFC9525, T("spiffe://a%2e.example/a"),
     REFERENCE_TRUST_DOMAIN},
    {"a star", REFERENCE_SPIFFE, RULES_RFC9525, T("spiffe://*.example/a"), REFERENCE_TRUST_DOMAIN},
    {"a question at once", REFERENCE_SPIFFE, RULES_RFC9525, T("spiffe://example.com?a"),
     REFERENCE_TRUST_DOMAIN},
    {"beyond ASCII", REFERENCE_SPIFFE, RULES_RFC9525, T("spiffe://" BUECHER "/a"),
     REFERENCE_TRUST_DOMAIN},
    {"a trust domain of 256", REFERENCE_SPIFFE, RULES_RFC9525, T("spiffe://aaa" LABELS_253 "/a"),
     REFERENCE_TRUST_DOMAIN},
    {"no path", REFERENCE_SPIFFE, RULES_RFC9525, T("spiffe://example.com"), REFERENCE_NO_PATH},
    {"a root path", REFERENCE_SPIFFE, RULES_RFC9525, T("spiffe://example.com/"),
     REFERENCE_PATH_SEGMENT},
    {"a trailing slash", REFERENCE_SPIFFE, RULES_RFC9525, T("spiffe://example.com/a/"),
     REFERENCE_PATH_SEGMENT},
    {"an empty segment", REFERENCE_SPIFFE, RULES_RFC9525, T("spiffe://example.com//a"),
     REFERENCE_PATH_SEGMENT},
    {"a dot", REFERENCE_SPIFFE, RULES_RFC9525, T("spiffe://example.com/./a"),
     REFERENCE_PATH_SEGMENT},
    {"two dots first", REFERENCE_SPIFFE, RULES_RFC9525, T("spiffe://example.com/../a"),
     REFERENCE_PATH_SEGMENT},
    {"a dot last", REFERENCE_SPIFFE, RULES_RFC9525, T("spiffe://example.com/a/."),
     REFERENCE_PATH_SEGMENT},
    {"two dots", REFERENCE_SPIFFE, RULES_RFC9525, T("spiffe://example.com/a/.."),
     REFERENCE_PATH_SEGMENT},
    {"an escape in the path", REFERENCE_SPIFFE, RULES_RFC9525, T("spiffe://example.com/%2e"),
     REFERENCE_PATH_CHARACTER},
    {"a question", REFERENCE_SPIFFE, RULES_RFC9525, T("spiffe://example.com/a?b"),
     REFERENCE_PATH_CHARACTER},
    {"a fragment", REFERENCE_SPIFFE, RULES_RFC9525, T("spiffe://example.com/a#b"),
     REFERENCE_PATH_CHARACTER},
    {"a star in the path", REFERENCE_SPIFFE, RULES_RFC9525, T("spiffe://example.com/*"),
     REFERENCE_PATH_CHARACTER},
    {"a path beyond ASCII", REFERENCE_SPIFFE, RULES_RFC9525, T("spiffe://example.com/\u00fc"),
     REFERENCE_PATH_CHARACTER},

    {"nothing", REFERENCE_SRV, RULES_RFC9525, T(""), REFERENCE_EMPTY},
    {"a NUL", REFERENCE_SRV, RULES_RFC9525, T("_imap.example.com\0"), REFERENCE_NUL},
    {"no underscore", REFERENCE_SRV, RULES_RFC9525, T("imap.example.com"), REFERENCE_NO_SERVICE},
    {"an underscore alone", REFERENCE_SRV, RULES_RFC9525, T("_.example.com"), REFERENCE_NO_SERVICE},
    {"a dot first", REFERENCE_SRV, RULES_RFC9525, T("._imap.example.com"), REFERENCE_NO_SERVICE},
    {"a service with an underscore", REFERENCE_SRV, RULES_RFC9525, T("_a_b.example.com"),
     REFERENCE_NO_SERVICE},
    {"a service with a hyphen at its end", REFERENCE_SRV, RULES_RFC9525, T("_a-.example.com"),
     REFERENCE_NO_SERVICE},
    {"a star for a service", REFERENCE_SRV, RULES_RFC9525, T("_*.example.com"),
     REFERENCE_NO_SERVICE},
    {"a service beyond ASCII", REFERENCE_SRV, RULES_RFC9525, T("_\u00fc.example.com"),
     REFERENCE_NO_SERVICE},
    {"a service of 64 with its underscore", REFERENCE_SRV, RULES_RFC9525,
     T("_" LABEL_63 ".example.com"), REFERENCE_NO_SERVICE},
    {"a protocol", REFERENCE_SRV, RULES_RFC9525, T("_imap._tcp.example.com"),
     REFERENCE_SERVICE_PROTOCOL},
    {"a protocol that is an underscore", REFERENCE_SRV, RULES_RFC9525, T("_imap._"),
     REFERENCE_SERVICE_PROTOCOL},
    {"no domain", REFERENCE_SRV, RULES_RFC9525, T("_imap"), REFERENCE_NO_HOST},
    {"no domain behind the dot", REFERENCE_SRV, RULES_RFC9525, T("_imap."), REFERENCE_NO_HOST},
    {"two dots", REFERENCE_SRV, RULES_RFC9525, T("_imap..example.com"), REFERENCE_DOMAIN_DOT},
    {"a star for a domain", REFERENCE_SRV, RULES_RFC9525, T("_imap.*.example.com"),
     REFERENCE_WILDCARD},
    {"an address", REFERENCE_SRV, RULES_OPENSSL, T("_imap.192.0.2.1"), REFERENCE_ADDRESS},
    {"a port", REFERENCE_SRV, RULES_RFC9525, T("_imap.example.com:143"), REFERENCE_PORT},
    {"a domain of 254", REFERENCE_SRV, RULES_RFC9525, T("_imap." LABELS_253 "a"),
     REFERENCE_TOO_LONG},
};

START_TEST(refused)
{
    static const struct reference nothing;
    const struct refused_row *row = &refused_rows[_i];
    struct reference reference;
    uint8_t *text = exactly(row->text.data, row->text.len);
    int r;

    memset(&reference, 0xa5, sizeof(reference));
    r = reference_parse(&reference, row->kind, row->set, text, row->text.len);
    free(text);
    ck_assert_msg(r == row->fault, "%s, %s: %s, not %s", row->intent, row->text.data,
                  reference_fault_text((enum reference_fault)r),
                  reference_fault_text((enum reference_fault)row->fault));
    ck_assert_int_eq(reference.kind, nothing.kind);
    ck_assert_int_eq(reference.type, IDENTITY_NONE);
    ck_assert_uint_eq(reference.value_len, 0);
    ck_assert_uint_eq(reference.domain_len, 0);
}
END_TEST

/* Tests each kind with its maximal length, and with one byte more. */
START_TEST(the_longest)
{
    static const struct {
        enum reference_kind kind;
        enum rule_set set;
        const char *start;
        size_t most;
        int fault; /* the fault with one byte more */
        int at_most;
    } rows[] = {
        {REFERENCE_URI, RULES_RFC9525, "https://example.com/", 2048, REFERENCE_URI_TOO_LONG, 0},
        {REFERENCE_SPIFFE, RULES_RFC9525, "spiffe://example.com/", 2048, REFERENCE_URI_TOO_LONG, 0},
        {REFERENCE_EMAIL, RULES_RFC9525, "a@", 1024, REFERENCE_TOO_LONG, REFERENCE_LABEL_TOO_LONG},
        {REFERENCE_SRV, RULES_RFC9525, "_imap.", 1024, REFERENCE_TOO_LONG,
         REFERENCE_LABEL_TOO_LONG},
    };
    uint8_t text[2049];
    struct reference reference;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        memset(text, 'a', sizeof(text));
        memcpy(text, rows[i].start, strlen(rows[i].start));
        ck_assert_int_eq(reference_parse(&reference, rows[i].kind, rows[i].set, text, rows[i].most),
                         rows[i].at_most);
        ck_assert_int_eq(
            reference_parse(&reference, rows[i].kind, rows[i].set, text, rows[i].most + 1),
            rows[i].fault);
    }

    /* With the rule set openssl the local part of a mailbox may have any length. */
    memcpy(text + sizeof(text) - 2, "@a", 2);
    ck_assert_int_eq(reference_parse(&reference, REFERENCE_EMAIL, RULES_OPENSSL,
                                     text + sizeof(text) - 1024, 1024),
                     0);
    ck_assert_uint_eq(reference.value_len, 1024);
    ck_assert_int_eq(reference_parse(&reference, REFERENCE_EMAIL, RULES_OPENSSL,
                                     text + sizeof(text) - 1025, 1025),
                     REFERENCE_TOO_LONG);
}
END_TEST

/* A reference of any kind that has a NUL at any place is refused. */
START_TEST(a_nul_at_every_index)
{
    static const char *const texts[] = {
        [REFERENCE_HOST] = "a.example.com",        [REFERENCE_EMAIL] = "a@example.com",
        [REFERENCE_URI] = "https://example.com/a", [REFERENCE_SPIFFE] = "spiffe://example.com/a",
        [REFERENCE_SRV] = "_imap.example.com",
    };
    struct reference reference;

    for (int kind = REFERENCE_HOST; kind <= REFERENCE_SRV; kind++) {
        size_t len = strlen(texts[kind]);
        uint8_t text[32];

        for (size_t at = 0; at <= len; at++) {
            memcpy(text, texts[kind], at);
            text[at] = '\0';
            memcpy(text + at + 1, texts[kind] + at, len - at);
            for (int set = RULES_RFC9525; set <= RULES_OPENSSL; set++)
                ck_assert_int_eq(reference_parse(&reference, (enum reference_kind)kind,
                                                 (enum rule_set)set, text, len + 1),
                                 REFERENCE_NUL);
        }
    }
}
END_TEST

/* The tables have a row for each fault that is not about hosts, and each fault has its own text. */
START_TEST(every_fault_has_a_row_and_words)
{
    for (int fault = REFERENCE_UNKNOWN_KIND; fault <= REFERENCE_SERVICE_PROTOCOL; fault++) {
        /* The row for REFERENCE_URI_TOO_LONG is in the test the_longest. */
        size_t n_rows = fault == REFERENCE_URI_TOO_LONG;

        for (int i = 0; i < N_ROWS(refused_rows); i++)
            n_rows += refused_rows[i].fault == fault;
        ck_assert_msg(n_rows > 0, "no row for fault %d", fault);
        for (int other = REFERENCE_OK; other < fault; other++)
            ck_assert_str_ne(reference_fault_text((enum reference_fault)fault),
                             reference_fault_text((enum reference_fault)other));
    }
    ck_assert_str_eq(reference_fault_text((enum reference_fault)(REFERENCE_SERVICE_PROTOCOL + 1)),
                     "it is wrong for an unknown reason");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("reference-kinds");
    TCase *rows = tcase_create("rows");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_loop_test(rows, taken, 0, N_ROWS(taken_rows));
    tcase_add_loop_test(rows, refused, 0, N_ROWS(refused_rows));
    tcase_add_test(rows, the_longest);
    tcase_add_test(rows, a_nul_at_every_index);
    tcase_add_test(rows, every_fault_has_a_row_and_words);
    suite_add_tcase(suite, rows);

    srunner_run_all(runner, CK_NORMAL);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
