/* SPDX-License-Identifier: MIT */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/policy/policy.h"
#include "daemon/policy/schema.h"
#include "tests/unit/policy/policy_fixture.h"

/*
 * Tests each key in each kind of section, with a value that is accepted, its printed form, and a
 * value that is refused.
 */

struct key_row {
    enum policy_section_kind kind;
    const char *key;
    const char *good;    /* a value that is accepted */
    const char *printed; /* the printed form of `good`; NULL: the same text */
    const char *bad;
    const char *fragment;
};

#define LIST_AB "{\n        \"" PIN_A "\",\n        \"" PIN_B "\"\n    }"

static const struct key_row rows[] = {
    {POLICY_SECTION_DEFAULTS, "rules", "openssl", "\"openssl\"", "rfc2818", "one of rfc9525"},
    {POLICY_SECTION_DEFAULTS, "common-name", "report", NULL, "maybe", "one of no, yes, report"},
    {POLICY_SECTION_DEFAULTS, "wildcards", "left-label", NULL, "all", "one of none, left-label"},
    {POLICY_SECTION_DEFAULTS, "public-suffix-wildcards", "refuse-all", NULL, "allow",
     "one of refuse-icann, refuse-all"},
    {POLICY_SECTION_DEFAULTS, "wildcards-report", "none", NULL, "left-label", "could never differ"},
    {POLICY_SECTION_DEFAULTS, "wildcards-report", "left-label rules = openssl", "left-label",
     "left-label wildcards = left-label rules = openssl", "could never differ"},
    {POLICY_SECTION_DEFAULTS, "wildcards-report", "left-label wildcards = none", "left-label",
     "none wildcards = none", "could never differ"},
    {POLICY_SECTION_DEFAULTS, "public-suffix-wildcards-report", "refuse-all", NULL, "refuse-icann",
     "could never differ"},
    {POLICY_SECTION_DEFAULTS, "public-suffix-wildcards-report", "refuse-icann rules = openssl",
     "refuse-icann", "refuse-all public-suffix-wildcards = refuse-all rules = openssl",
     "could never differ"},
    {POLICY_SECTION_DEFAULTS, "rules-report", "openssl", "\"openssl\"", "yes", "one of rfc9525"},
    {POLICY_SECTION_DEFAULTS, "path", "always", NULL, "never", "one of always, report, on-request"},
    {POLICY_SECTION_DEFAULTS, "path", "report", NULL, "no", "one of always, report, on-request"},
    {POLICY_SECTION_DEFAULTS, "trust", "system", "{ \"system\" }", "nobody",
     "there is no trust \"nobody\""},
    {POLICY_SECTION_DEFAULTS, "trust-report", "{ t, system }", "{ \"system\", \"t\" }", "system",
     "could never differ"},
    {POLICY_SECTION_DEFAULTS, "trust-report", "t", "{ \"t\" }", "{ t, nobody }",
     "there is no trust \"nobody\""},
    {POLICY_SECTION_DEFAULTS, "certificates", "rfc5280", NULL, "any", "one of webpki, rfc5280"},
    {POLICY_SECTION_DEFAULTS, "certificates-report", "rfc5280", NULL, "webpki",
     "could never differ"},
    {POLICY_SECTION_DEFAULTS, "anchors", "profile", NULL, "judged", "one of profile, as-is"},
    {POLICY_SECTION_DEFAULTS, "anchors-report", "profile", NULL, "as-is", "could never differ"},
    {POLICY_SECTION_DEFAULTS, "revocation", "required", NULL, "soft",
     "one of required, if-known, off"},
    {POLICY_SECTION_DEFAULTS, "revocation-report", "required", NULL, "if-known",
     "could never differ"},
    {POLICY_SECTION_DEFAULTS, "max-depth", "3", NULL, "17", "from 0 to 16"},
    {POLICY_SECTION_DEFAULTS, "clock-skew", "90s", NULL, "500ms", "in whole seconds"},
    {POLICY_SECTION_DEFAULTS, "clock-skew", "1d", NULL, "86401s", "at most 86400s"},
    {POLICY_SECTION_DEFAULTS, "clock-skew", "0", NULL, "-1s", "in whole seconds"},
    {POLICY_SECTION_DEFAULTS, "ocsp-max-age", "1d", NULL, "366d", "at most 31536000s"},
    {POLICY_SECTION_DEFAULTS, "max-depth", "0", NULL, "-1", "from 0 to 16"},
    {POLICY_SECTION_DEFAULTS, "max-depth", "none", NULL, "many", "from 0 to 16"},
    {POLICY_SECTION_DEFAULTS, "max-depth-report", "0", NULL, "none", "could never differ"},
    {POLICY_SECTION_DEFAULTS, "max-depth-report", "none max-depth = 3", "none", "17",
     "from 0 to 16"},
    {POLICY_SECTION_DEFAULTS, "max-depth-report", "16 max-depth = 3", "16", "3 max-depth = 3",
     "could never differ"},
    {POLICY_SECTION_DEFAULTS, "request-time", "yes", NULL, "true", "one of no, yes"},
    {POLICY_SECTION_DEFAULTS, "request-anchors", "add", NULL, "yes", "one of no, replace, add"},
    {POLICY_SECTION_DEFAULTS, "request-anchors", "replace", NULL, "only",
     "one of no, replace, add"},

    {POLICY_SECTION_DOMAIN, "subdomains", "all", NULL, "two", "one of none, one, all"},
    {POLICY_SECTION_DOMAIN, "pinset", "p", "\"p\"", "q", "there is no pinset \"q\""},
    {POLICY_SECTION_DOMAIN, "exempt", "a.t.example", "{ \"a.t.example\" }", "other.example",
     "it is not below the domain"},
    {POLICY_SECTION_DOMAIN, "rules", "python-3.5", "\"python-3.5\"", "python", "one of rfc9525"},
    {POLICY_SECTION_DOMAIN, "trust", "{ t, system }", "{ \"system\", \"t\" }", "{ t, u }",
     "there is no trust \"u\""},
    {POLICY_SECTION_DOMAIN, "trust", "t", "{ \"t\" }", "T", "there is no trust \"T\""},
    {POLICY_SECTION_DOMAIN, "path", "always", NULL, "sometimes", "one of always"},
    {POLICY_SECTION_DOMAIN, "certificates", "rfc5280", NULL, "rfc3280", "one of webpki"},
    {POLICY_SECTION_DOMAIN, "certificates-report", "rfc5280", NULL, "none", "one of webpki"},
    {POLICY_SECTION_DOMAIN, "anchors", "profile", NULL, "asis", "one of profile"},
    {POLICY_SECTION_DOMAIN, "anchors-report", "profile", NULL, "no", "one of profile"},
    {POLICY_SECTION_DOMAIN, "revocation", "off", NULL, "no", "one of required"},
    {POLICY_SECTION_DOMAIN, "revocation-report", "off", NULL, "no", "one of required"},
    {POLICY_SECTION_DOMAIN, "clock-skew", "2min", NULL, "90", "in whole seconds"},
    {POLICY_SECTION_DOMAIN, "ocsp-max-age", "8h", NULL, "1w", "in whole seconds"},
    {POLICY_SECTION_DOMAIN, "max-depth", "16", NULL, "1.5", "from 0 to 16"},
    {POLICY_SECTION_DOMAIN, "request-time", "yes", NULL, "1", "one of no, yes"},
    {POLICY_SECTION_DOMAIN, "request-anchors", "add", NULL, "no.", "one of no"},
    {POLICY_SECTION_DOMAIN, "common-name", "yes", NULL, "on", "one of no"},
    {POLICY_SECTION_DOMAIN, "wildcards", "none", NULL, "no", "one of none"},
    {POLICY_SECTION_DOMAIN, "public-suffix-wildcards", "refuse-icann", NULL, "no",
     "one of refuse-icann"},
    {POLICY_SECTION_DOMAIN, "wildcards-report", "none", NULL, "all", "one of none, left-label"},
    {POLICY_SECTION_DOMAIN, "public-suffix-wildcards-report", "refuse-all", NULL, "refuse-icann",
     "could never differ"},
    {POLICY_SECTION_DOMAIN, "trust-report", "t", "{ \"t\" }", "u", "there is no trust \"u\""},
    {POLICY_SECTION_DOMAIN, "trust-report", "system trust = t", "{ \"system\" }", "t trust = t",
     "could never differ"},
    {POLICY_SECTION_DOMAIN, "trust-report", "t", "{ \"t\" }", "{ }", "is empty"},
    {POLICY_SECTION_DOMAIN, "max-depth-report", "16", NULL, "1.5",
     "max-depth-report = \"1.5\" is not"},
    {POLICY_SECTION_DOMAIN, "rules-report", "python-3.5", "\"python-3.5\"", "rfc9525",
     "never differ"},

    {POLICY_SECTION_CLIENT, "uid", "{ root, 7 }", "{ \"root\", \"7\" }", "no-such-user-here",
     "no such user on this host"},
    {POLICY_SECTION_CLIENT, "uid", "0", "{ \"0\" }", "07", "begins with a zero"},
    {POLICY_SECTION_CLIENT, "uid", "4294967294", "{ \"4294967294\" }", "4294967295", "too large"},
    {POLICY_SECTION_CLIENT, "uid", "65533", "{ \"65533\" }", "65534",
     "use client \"unidentified\""},
    {POLICY_SECTION_CLIENT, "uid", "1", "{ \"1\" }", "-1", "no such user"},
    {POLICY_SECTION_CLIENT, "uid", "1", "{ \"1\" }", "\"\"", "no such user"},
    {POLICY_SECTION_CLIENT, "uid", "1", "{ \"1\" }", "99999999999", "too large"},
    {POLICY_SECTION_CLIENT, "uid", "{ 2, 1 }", "{ \"2\", \"1\" }", "{ 1, 2, 1 }",
     "it occurs twice"},
    {POLICY_SECTION_CLIENT, "gid", "{ root, 7 }", "{ \"root\", \"7\" }", "no-such-group-here",
     "no such group on this host"},
    {POLICY_SECTION_CLIENT, "rules", "openssl", "\"openssl\"", "any", "one of rfc9525"},
    {POLICY_SECTION_CLIENT, "common-name", "no", NULL, "off", "one of no"},
    {POLICY_SECTION_CLIENT, "wildcards", "none", NULL, "off", "one of none"},
    {POLICY_SECTION_CLIENT, "public-suffix-wildcards", "refuse-all", NULL, "off",
     "one of refuse-icann"},
    {POLICY_SECTION_CLIENT, "wildcards-report", "left-label", NULL, "none wildcards = none",
     "could never differ"},
    {POLICY_SECTION_CLIENT, "public-suffix-wildcards-report", "refuse-icann", NULL, "off",
     "one of refuse-icann"},
    {POLICY_SECTION_CLIENT, "trust-report", "system", "{ \"system\" }",
     "{ t, system } trust = { system, t }", "could never differ"},
    {POLICY_SECTION_CLIENT, "max-depth-report", "none", NULL, "2 max-depth = 2",
     "could never differ"},
    {POLICY_SECTION_CLIENT, "rules-report", "rfc9525", "\"rfc9525\"", "off", "one of rfc9525"},
    {POLICY_SECTION_CLIENT, "path", "on-request", NULL, "off", "one of always"},
    {POLICY_SECTION_CLIENT, "trust", "{ t }", "{ \"t\" }", "tt", "there is no trust"},
    {POLICY_SECTION_CLIENT, "certificates", "webpki", NULL, "off", "one of webpki"},
    {POLICY_SECTION_CLIENT, "certificates-report", "webpki", NULL, "off", "one of webpki"},
    {POLICY_SECTION_CLIENT, "anchors", "as-is", NULL, "off", "one of profile"},
    {POLICY_SECTION_CLIENT, "anchors-report", "as-is", NULL, "off", "one of profile"},
    {POLICY_SECTION_CLIENT, "revocation", "if-known", NULL, "on", "one of required"},
    {POLICY_SECTION_CLIENT, "revocation-report", "if-known", NULL, "on", "one of required"},
    {POLICY_SECTION_CLIENT, "clock-skew", "1h", NULL, "2d", "at most 86400s"},
    {POLICY_SECTION_CLIENT, "ocsp-max-age", "0", NULL, "x", "in whole seconds"},
    {POLICY_SECTION_CLIENT, "max-depth", "none", NULL, "\"\"", "from 0 to 16"},
    {POLICY_SECTION_CLIENT, "request-time", "no", NULL, "off", "one of no, yes"},
    {POLICY_SECTION_CLIENT, "request-anchors", "no", NULL, "off", "one of no, replace, add"},

    {POLICY_SECTION_TRUST, "certificates", "compatible", NULL, "strict", "one of webpki"},
    {POLICY_SECTION_TRUST, "end-entities", "only", NULL, "never", "one of no, yes, only"},
    {POLICY_SECTION_TRUST, "file", "{ /a, '/b\"c' }", "{ \"/a\", '/b\"c' }", "a.pem",
     "a path begins at the root"},
    {POLICY_SECTION_TRUST, "file", "/a", "{ \"/a\" }", "/", "a path begins at the root"},
    {POLICY_SECTION_TRUST, "file", "/a", "{ \"/a\" }", "{ /a, /a }", "it occurs twice"},
    {POLICY_SECTION_TRUST, "directory", "/etc/a", "{ \"/etc/a\" }", "./a",
     "a path begins at the root"},
    {POLICY_SECTION_TRUST, "crls", "{ /c, /d }", "{ \"/c\", \"/d\" }", "\"http://a/c\"",
     "a path begins"},
    {POLICY_SECTION_TRUST, "crlite", "/c", "\"/c\"", "crlite", "a path begins at the root"},
    {POLICY_SECTION_TRUST, "crlite-owner", "upki", "\"upki\"", "\"\"",
     "name or the number of a user"},
    {POLICY_SECTION_TRUST, "permitted-dns", "{ B.example., a.example, corp }",
     "{ \"a.example\", \"b.example\", \"corp\" }", ".a.example", "begins with a dot"},
    {POLICY_SECTION_TRUST, "permitted-dns", "b\xc3\xbcro.example", "{ \"xn--bro-hoa.example\" }",
     "192.0.2.1", "has an IP address"},
    {POLICY_SECTION_TRUST, "excluded-dns", "a.example", "{ \"a.example\" }", "\"*.a.example\"",
     "star"},
    {POLICY_SECTION_TRUST, "permitted-ip", "{ 192.0.2.1, \"10.0.0.0/8\" }",
     "{ \"192.0.2.1\", \"10.0.0.0/8\" }", "a.example", "has a name"},
    {POLICY_SECTION_TRUST, "excluded-ip", "\"2001:DB8::/32\"", "{ \"2001:db8::/32\" }",
     "\"10.0.0.1/8\"", "bits beyond its prefix"},
    {POLICY_SECTION_TRUST, "distrust-after", "\"2027-06-30\"", NULL, "2027", "it is written as"},
    {POLICY_SECTION_TRUST, "max-lifetime-days", "398", NULL, "0", "a number from 1 to 36500"},
    {POLICY_SECTION_TRUST, "max-lifetime-days", "web", NULL, "Web",
     "it is \"web\" or a number of days"},

    {POLICY_SECTION_PINSET, "mode", "report", NULL, "warn", "one of enforce, report"},
    {POLICY_SECTION_PINSET, "scope", "leaf", NULL, "root", "one of leaf, issuer, anchor, any"},
    {POLICY_SECTION_PINSET, "spki-sha256", "{ \"" PIN_B "\", \"" PIN_A "\" }", LIST_AB,
     "\"" A42 "\"", "is no digest: it is not 44 characters long"},
    {POLICY_SECTION_PINSET, "bad-spki-sha256", "\"" PIN_D "\"", "{\n        \"" PIN_D "\"\n    }",
     "x", "is no digest"},
    {POLICY_SECTION_PINSET, "not-before", "\"2027-01-01\"", NULL, "today", "it is written as"},
    {POLICY_SECTION_PINSET, "expires", "\"2027-06-30\"", NULL, "\"2027-06-31\"", "no such day"},
    {POLICY_SECTION_PINSET, "on-expiry", "open expires = \"2027-06-30\"", "open", "close",
     "one of closed, report, open"},
    {POLICY_SECTION_PINSET, "warn-days", "7 expires = \"2027-06-30\"", "7", "week",
     "begin with a digit"},
    {POLICY_SECTION_PINSET, "local-anchors", "override", NULL, "no", "one of apply, override"},

    {POLICY_SECTION_DENY, "mode", "report names = a.example", "report", "log",
     "one of enforce, report"},
    {POLICY_SECTION_DENY, "names", "{ zip, A.example., 192.0.2.1, \"10.0.0.0/8\" }",
     "{ \"a.example\", \"zip\", \"192.0.2.1\", \"10.0.0.0/8\" }", "\"a b\"", "white space"},
    {POLICY_SECTION_DENY, "spki-sha256", "{ \"" PIN_B "\", \"" PIN_A "\" }", LIST_AB, "\"" A42 "\"",
     "is no digest"},
    {POLICY_SECTION_DENY, "issuer-spki-sha256", "{ \"" PIN_B "\", \"" PIN_A "\" }", LIST_AB, "\"\"",
     "is no digest"},
    {POLICY_SECTION_DENY, "issuer-sha256", "\"" PIN_A "\" serials = 1", "\"" PIN_A "\"", "\"CN=x\"",
     "is no digest"},
    {POLICY_SECTION_DENY, "serials", "{ \"0A:1b\", 00, 7, 0001ff } issuer-sha256 = \"" PIN_A "\"",
     "{ \"00\", \"07\", \"01ff\", \"0a1b\" }", "1g issuer-sha256 = \"" PIN_A "\"",
     "hexadecimal digits and colons alone"},
    {POLICY_SECTION_DENY, "serials",
     "000123456789abcdef0123456789abcdef01234567 issuer-sha256 = \"" PIN_A "\"",
     "{ \"0123456789abcdef0123456789abcdef01234567\" }",
     "010123456789abcdef0123456789abcdef01234567 issuer-sha256 = \"" PIN_A "\"",
     "at most 20 octets"},
    {POLICY_SECTION_DENY, "serials", "1 issuer-sha256 = \"" PIN_A "\"", "{ \"01\" }",
     "{ 1, 01 } issuer-sha256 = \"" PIN_A "\"", "it occurs twice"},
    {POLICY_SECTION_DENY, "serials", "1 issuer-sha256 = \"" PIN_A "\"", "{ \"01\" }", "1",
     "need each other"},

    {POLICY_SECTION_LIMITS, "connections", "100", NULL, "15", "it is from 16 to 65536"},
    {POLICY_SECTION_LIMITS, "connections-per-uid", "1", NULL, "0", "it is from 1 to 65536"},
    {POLICY_SECTION_LIMITS, "in-flight-per-connection", "1024", NULL, "1025",
     "it is from 1 to 1024"},
    {POLICY_SECTION_LIMITS, "in-flight-per-uid", "7", NULL, "7K", "a plain number"},
    {POLICY_SECTION_LIMITS, "queue-time", "1500ms", NULL, "1.5s",
     "one of the units ms, s, min, h, d"},
    {POLICY_SECTION_LIMITS, "frame-time", "60s", "1min", "61s", "it is from 100ms to 1min"},
    {POLICY_SECTION_LIMITS, "unread-output", "131072", "128K", "16", "it is from 32K to 16M"},
    {POLICY_SECTION_LIMITS, "unread-time", "60min", "1h", "60", "one of the units"},
    {POLICY_SECTION_LIMITS, "idle-time", "24h", "1d", "2d",
     "it is from 1s to 1d, or 0: a silent connection may stay"},
    {POLICY_SECTION_LIMITS, "idle-time", "0s", "0", "0.0", "one of the units"},
    {POLICY_SECTION_LIMITS, "cpu-per-uid", "0", NULL, "65s", "or 0: as much as there is"},
    {POLICY_SECTION_LIMITS, "cpu-burst", "100ms", NULL, "0", "it is from 100ms to 1h"},
    {POLICY_SECTION_LIMITS, "cache", "1024K", "1M", "1m", "none, K, M or G"},
    {POLICY_SECTION_LIMITS, "cache", "4G", NULL, "5G", "it is from 64K to 4G, or 0: no cache"},
    {POLICY_SECTION_LIMITS, "cache", "0", NULL, "\"1 K\"", "without a blank before it"},
    {POLICY_SECTION_LIMITS, "shared-cache", "no", NULL, "off", "one of no, yes"},
    {POLICY_SECTION_LIMITS, "workers", "16", NULL, "17", "it is from 1 to 16"},
    {POLICY_SECTION_LIMITS, "workers", "1", NULL, "1000000000", "more than nine digits"},
    {POLICY_SECTION_LIMITS, "account-blocks", "{ \"2147483648-3221225471:65536\", 70000-70009:2 }",
     "{ \"70000-70009:2\", \"2147483648-3221225471:65536\" }", "65535-70000:10",
     "the first uid is at least 65536"},
    {POLICY_SECTION_LIMITS, "account-blocks", "65536-65536:1", "{ \"65536-65536:1\" }",
     "70000-69999:1", "the last uid is below the first one"},
    {POLICY_SECTION_LIMITS, "account-blocks", "65536-4294967294:4294967294",
     "{ \"65536-4294967294:4294967294\" }", "70000-4294967295:1", "the first and the last uid"},
    {POLICY_SECTION_LIMITS, "account-blocks", "{ 70000-70009:2, 70010-70019:2 }",
     "{ \"70000-70009:2\", \"70010-70019:2\" }", "{ 70000-70009:2, 70009-70019:2 }",
     "it overlaps another value"},
    {POLICY_SECTION_LIMITS, "account-blocks", "70000-70009:2", "{ \"70000-70009:2\" }",
     "70000-70009:0", "how many are one account"},
    {POLICY_SECTION_LIMITS, "account-blocks", "70000-70009:2", "{ \"70000-70009:2\" }",
     "70000-70009:2x", "how many are one account"},

    {POLICY_SECTION_RECORD, "file", "/var/lib/r", "\"/var/lib/r\"", "r",
     "a path begins at the root"},
    {POLICY_SECTION_RECORD, "sample", "1 file = /r", "1", "0 file = /r",
     "a number from 1 to 1000000"},
    {POLICY_SECTION_RECORD, "max-bytes", "64K file = /r", "64K", "63K file = /r",
     "it is from 64K to 4G"},
    {POLICY_SECTION_RECORD, "sample", "7 file = /r", "7", "7", "record has no \"file\""},

    {POLICY_SECTION_METRICS, "socket", "/run/m", "\"/run/m\"", "m", "a path begins at the root"},

    {POLICY_SECTION_LISTEN, "path", "/run/l", "\"/run/l\"", "l", "a path begins at the root"},
    {POLICY_SECTION_LISTEN, "mode", "660", "0660", "0o660", "are octal digits"},
    {POLICY_SECTION_LISTEN, "mode", "0007", NULL, "1777", "are octal digits"},
    {POLICY_SECTION_LISTEN, "mode", "0600", NULL, "680", "are octal digits"},
    {POLICY_SECTION_CLIENT, "socket", "b", "{ \"b\" }", "certnamed", "the daemon's own sockets"},
    {POLICY_SECTION_CLIENT, "socket", "{ b, c }", "{ \"b\", \"c\" }", "{ b, b }",
     "it occurs twice"},
    {POLICY_SECTION_CLIENT, "socket", "b.0_1-2", "{ \"b.0_1-2\" }", "b/c", "1 to 31 letters"},
    {POLICY_SECTION_CLIENT, "socket", "b31_34567890123456789012345678_",
     "{ \"b31_34567890123456789012345678_\" }", "b32_345678901234567890123456789_",
     "1 to 31 letters"},
    {POLICY_SECTION_CLIENT, "socket", "socket", "{ \"socket\" }", "b.socket", "is one of a unit"},
};

/*
 * Writes a section of the row's kind with the key and `value`, preceded by the text that it needs.
 */
static void section_write(char *text, size_t size, const struct key_row *row, const char *value)
{
    const struct policy_section_schema *kind = &policy_section_schemas[row->kind];
    bool is_list = strcmp(row->key, "spki-sha256") == 0;
    bool is_who = strcmp(row->key, "uid") == 0 || strcmp(row->key, "gid") == 0 ||
                  strcmp(row->key, "socket") == 0;
    const char *title = row->kind == POLICY_SECTION_DOMAIN ? "t.example"
                        : kind->has_title                  ? "x"
                                                           : "";
    const char *before = "";

    if (row->kind == POLICY_SECTION_PINSET && !is_list)
        before = "spki-sha256 = { \"" PIN_A "\", \"" PIN_B "\" }";
    if (row->kind == POLICY_SECTION_CLIENT && !is_who)
        before = "uid = 9";
    if (row->kind == POLICY_SECTION_TRUST && strcmp(row->key, "file") != 0)
        before = "file = /f";
    if (row->kind == POLICY_SECTION_DOMAIN && strcmp(row->key, "exempt") == 0)
        before = "subdomains = all";
    if (row->kind == POLICY_SECTION_LISTEN && strcmp(row->key, "path") != 0)
        before = "path = /p";
    snprintf(text, size,
             "trust t { file = /t } pinset p { spki-sha256 = { \"" PIN_A "\", \"" PIN_C "\" } }\n"
             "%s %s { %s\n %s = %s }",
             kind->name, title, before, row->key, value);
}

/* Each good value is accepted and printed; each bad value is refused with its line. */
START_TEST(test_values)
{
    for (size_t i = 0; i < ROWS(rows); i++) {
        const struct key_row *row = &rows[i];
        char text[1024], expected[512];
        struct policy *policy;
        struct policy_error error = {.line = 0};
        char *printed;

        section_write(text, sizeof(text), row, row->good);
        policy = accept_text(text);
        printed = print_text(policy);
        snprintf(expected, sizeof(expected), "    %s = %s\n", row->key,
                 row->printed ? row->printed : row->good);
        ck_assert_msg(strstr(printed, expected), "not %s in %s", expected, printed);
        free(printed);
        policy = policy_free(policy);

        section_write(text, sizeof(text), row, row->bad);
        ck_assert_msg(policy_parse(&policy, "test.conf", text, strlen(text), suffixes, &error) == 1,
                      "%s", text);
        ck_assert_msg(strstr(error.message, row->fragment), "%s: %s", text, error.message);
        ck_assert_msg(error.line == 2 || error.line == 3, "%s: line %u", text, error.line);
    }
}
END_TEST

/* The table has rows for each key of each kind of section. */
START_TEST(test_every_key)
{
    for (unsigned kind = 0; kind < POLICY_SECTION_KINDS_COUNT; kind++) {
        for (unsigned key = 0; key < POLICY_KEYS_COUNT; key++) {
            bool found = false;

            if (!policy_key_stands_in((enum policy_key)key, (enum policy_section_kind)kind))
                continue;
            for (size_t i = 0; i < ROWS(rows); i++)
                found |= rows[i].kind == kind &&
                         strcmp(rows[i].key, policy_key_schemas[key].name) == 0;
            ck_assert_msg(found, "%s: %s", policy_section_schemas[kind].name,
                          policy_key_schemas[key].name);
        }
    }
}
END_TEST

/* Without a section `limits` the limits have the defaults that certnamed.conf(5) states. */
START_TEST(test_limits_defaults)
{
    struct policy *policy = accept_text("");
    const struct limits *limits = policy_limits(policy);

    ck_assert_uint_eq(limits->connections, 4096);
    ck_assert_uint_eq(limits->connections_per_uid, 256);
    ck_assert_uint_eq(limits->in_flight_per_connection, 64);
    ck_assert_uint_eq(limits->in_flight_per_uid, 1024);
    ck_assert_uint_eq(limits->queued_ms, 5000);
    ck_assert_uint_eq(limits->frame_ms, 2000);
    ck_assert_uint_eq(limits->unread_output_bytes, 65536);
    ck_assert_uint_eq(limits->unread_output_ms, 10000);
    ck_assert_uint_eq(limits->idle_ms, 60000);
    ck_assert_uint_eq(limits->cpu_per_uid_ms, 500);
    ck_assert_uint_eq(limits->cpu_burst_ms, 5000);
    ck_assert_uint_eq(limits->cache_bytes, 16777216);
    ck_assert(limits->shared_cache);
    ck_assert_uint_eq(limits->workers, 0);
    ck_assert_ptr_null(policy_record(policy)->file);
    ck_assert_ptr_null(policy_metrics_socket(policy));
    policy_free(policy);
}
END_TEST

/* Values are stored in the unit that the name of the field tells. */
START_TEST(test_limits_units)
{
    struct policy *policy = accept_text(
        "limits { queue-time = 1min frame-time = 250ms idle-time = 1h cache = 3M cpu-per-uid = 2s\n"
        "unread-output = 32K shared-cache = no workers = 2 }\n"
        "record { file = /var/lib/certnamed/sample max-bytes = 1G }\n"
        "metrics { socket = /run/certnamed/metrics.sock }");
    const struct limits *limits = policy_limits(policy);
    const struct policy_record *record = policy_record(policy);

    ck_assert_uint_eq(limits->queued_ms, 60000);
    ck_assert_uint_eq(limits->frame_ms, 250);
    ck_assert_uint_eq(limits->idle_ms, 3600000);
    ck_assert_uint_eq(limits->cache_bytes, 3145728);
    ck_assert_uint_eq(limits->cpu_per_uid_ms, 2000);
    ck_assert_uint_eq(limits->unread_output_bytes, 32768);
    ck_assert(!limits->shared_cache);
    ck_assert_uint_eq(limits->workers, 2);
    ck_assert_str_eq(record->file, "/var/lib/certnamed/sample");
    ck_assert_uint_eq(record->sample, 100);
    ck_assert_uint_eq(record->max_bytes, 1073741824);
    ck_assert_uint_eq(record->origin.line, 3);
    ck_assert_str_eq(policy_metrics_socket(policy), "/run/certnamed/metrics.sock");
    policy_free(policy);
}
END_TEST

struct rule_row {
    const char *keys;
    struct policy_rule expected;
};

#define TIMES 300, INT64_C(604800)
#define BUILT_IN                                                                                   \
    .path = POLICY_PATH_ON_REQUEST, .checks = {POLICY_CERTIFICATES_WEBPKI,                         \
                                               POLICY_ANCHORS_AS_IS,                               \
                                               POLICY_REVOCATION_IF_KNOWN,                         \
                                               1,                                                  \
                                               -1,                                                 \
                                               TIMES}

/* Keys about paths, and the rule that they lead to. */
static const struct rule_row rule_rows[] = {
    {"", {BUILT_IN}},
    {"path = always trust = t max-depth = 2 certificates = rfc5280 anchors = profile revocation = "
     "off request-time = yes request-anchors = add clock-skew = 0 ocsp-max-age = 1d",
     {.path = POLICY_PATH_ALWAYS,
      .checks = {POLICY_CERTIFICATES_RFC5280, POLICY_ANCHORS_PROFILE, POLICY_REVOCATION_OFF, 2, 2,
                 0, 86400},
      .request_time = true,
      .request_anchors = POLICY_REQUEST_ANCHORS_ADD}},
    {"revocation-report = required",
     {BUILT_IN, .has_checks_report = true,
      .checks_report = {POLICY_CERTIFICATES_WEBPKI, POLICY_ANCHORS_AS_IS,
                        POLICY_REVOCATION_REQUIRED, 1, -1, TIMES}}},
    {"trust-report = { t, system }",
     {BUILT_IN, .has_checks_report = true,
      .checks_report = {POLICY_CERTIFICATES_WEBPKI, POLICY_ANCHORS_AS_IS,
                        POLICY_REVOCATION_IF_KNOWN, 3, -1, TIMES}}},
    {"max-depth-report = 0",
     {BUILT_IN, .has_checks_report = true,
      .checks_report = {POLICY_CERTIFICATES_WEBPKI, POLICY_ANCHORS_AS_IS,
                        POLICY_REVOCATION_IF_KNOWN, 1, 0, TIMES}}},
    {"anchors-report = profile certificates-report = webpki certificates = rfc5280",
     {.path = POLICY_PATH_ON_REQUEST,
      .checks = {POLICY_CERTIFICATES_RFC5280, POLICY_ANCHORS_AS_IS, POLICY_REVOCATION_IF_KNOWN, 1,
                 -1, TIMES},
      .has_checks_report = true,
      .checks_report = {POLICY_CERTIFICATES_WEBPKI, POLICY_ANCHORS_PROFILE,
                        POLICY_REVOCATION_IF_KNOWN, 1, -1, TIMES}}},
    {"revocation-report = off trust-report = t max-depth = 4 max-depth-report = 3",
     {.path = POLICY_PATH_ON_REQUEST,
      .checks = {POLICY_CERTIFICATES_WEBPKI, POLICY_ANCHORS_AS_IS, POLICY_REVOCATION_IF_KNOWN, 1, 4,
                 TIMES},
      .has_checks_report = true,
      .checks_report = {POLICY_CERTIFICATES_WEBPKI, POLICY_ANCHORS_AS_IS, POLICY_REVOCATION_OFF, 2,
                        3, TIMES}}},
};

START_TEST(test_rule)
{
    for (size_t i = 0; i < ROWS(rule_rows); i++) {
        const struct policy_rule *expected = &rule_rows[i].expected;
        struct policy_rule rule;
        struct policy *policy;
        char text[512];

        snprintf(text, sizeof(text), "trust t { file = /t } domain d.example { %s }",
                 rule_rows[i].keys);
        policy = accept_text(text);
        rule = rule_for(policy, "d.example", POLICY_CLASS_NONE);
        checks_expect(rule_rows[i].keys, &rule, expected);
        rule = rule_for(policy, "", POLICY_CLASS_NONE);
        checks_expect(rule_rows[i].keys, &rule, &rule_rows[0].expected);
        policy_free(policy);
    }
}
END_TEST

/* A report that is inherited and could never differ from what is enforced has no effect. */
START_TEST(test_report_inherited)
{
    struct policy *policy = accept_text(
        "defaults { revocation-report = required max-depth-report = 1 trust-report = { t, system } "
        "}"
        "trust t { file = /t }\n"
        "domain d.example { revocation = required max-depth = 1 trust = { system, t } }"
        "domain e.example { }");
    struct policy_rule rule = rule_for(policy, "d.example", POLICY_CLASS_NONE);

    ck_assert(!rule.has_checks_report);
    rule = rule_for(policy, "e.example", POLICY_CLASS_NONE);
    ck_assert(rule.has_checks_report);
    policy_free(policy);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_values,       test_every_key, test_limits_defaults,
        test_limits_units, test_rule,      test_report_inherited,
    };

    return policy_suite_run("policy-keys", tests, ROWS(tests));
}
