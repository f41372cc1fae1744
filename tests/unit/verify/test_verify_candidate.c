/* SPDX-License-Identifier: MIT */

/*
 * Tests one reference with its rule: which section applies, by which rule set it is parsed and
 * compared, and the message if nothing matches.
 */

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/verify/mismatch.h"
#include "daemon/x509/parse/certificate.h"
#include "tests/unit/identity/match_rows.h"
#include "tests/unit/verify/verify_fixture.h"

static struct request_reference refer(enum request_reference_kind kind, const char *text)
{
    struct request request = {.n_references = 0};

    request_refer(&request, kind, text);
    return request.references[0];
}

/* --- which rule --- */

static const char sections[] = "domain example.com { subdomains = all rules = python-3.5 }\n"
                               "domain strict.example.com { }\n"
                               "domain \"192.0.2.0/24\" { rules = openssl }\n";
#define EXAMPLE "domain \"example.com\""
#define STRICT  "domain \"strict.example.com\""
#define NETWORK "domain \"192.0.2.0/24\""
#define NONE    "built-in defaults"

static const struct {
    const char *intent;
    enum request_reference_kind kind;
    const char *text;
    int r;
    const char *section;
    enum policy_subject_type subject;
} rule_rows[] = {
    {"a name", REQUEST_HOST, "a.example.com", 0, EXAMPLE, POLICY_SUBJECT_NAME},
    {"in another case, with a dot", REQUEST_HOST, "A.Example.COM.", 0, EXAMPLE,
     POLICY_SUBJECT_NAME},
    {"the more specific one", REQUEST_HOST, "strict.example.com", 0, STRICT, POLICY_SUBJECT_NAME},
    {"of nobody", REQUEST_HOST, "example.org", 0, NONE, POLICY_SUBJECT_NAME},
    {"an address", REQUEST_HOST, "192.0.2.9", 0, NETWORK, POLICY_SUBJECT_IP},
    {"the same in IPv6", REQUEST_HOST, "::ffff:192.0.2.9", 0, NETWORK, POLICY_SUBJECT_IP},
    {"another address", REQUEST_HOST, "2001:db8::1", 0, NONE, POLICY_SUBJECT_IP},
    {"a mailbox", REQUEST_EMAIL, "me@a.example.com", 0, EXAMPLE, POLICY_SUBJECT_NAME},
    {"a URI", REQUEST_URI, "https://a.example.com/x", 0, EXAMPLE, POLICY_SUBJECT_NAME},
    {"a service", REQUEST_SRV, "_imap.a.example.com", 0, EXAMPLE, POLICY_SUBJECT_NAME},
    {"a trust domain", REQUEST_SPIFFE, "spiffe://a.example.com/x", 0, EXAMPLE, POLICY_SUBJECT_NAME},
    {"a trust domain that looks like an address", REQUEST_SPIFFE, "spiffe://192.0.2.9/x", 0,
     NETWORK, POLICY_SUBJECT_IP},
    {"a mailbox at an address", REQUEST_EMAIL, "jo@192.0.2.9", 0, NETWORK, POLICY_SUBJECT_IP},
    {"a mailbox at a bracketed address", REQUEST_EMAIL, "jo@[192.0.2.9]", 0, NETWORK,
     POLICY_SUBJECT_IP},
    {"a mailbox at an IPv6 address for IPv4", REQUEST_EMAIL, "jo@[IPv6:::ffff:192.0.2.9]", 0,
     NETWORK, POLICY_SUBJECT_IP},
    {"a bracketed address", REQUEST_HOST, "[192.0.2.9]", 0, NETWORK, POLICY_SUBJECT_IP},
    {"an address with a dot behind", REQUEST_HOST, "192.0.2.9.", 0, NETWORK, POLICY_SUBJECT_IP},
    {"an address in hexadecimal", REQUEST_HOST, "0xc0.0.2.9", 0, NETWORK, POLICY_SUBJECT_IP},
    {"an address as one number", REQUEST_HOST, "3221225993", 0, NETWORK, POLICY_SUBJECT_IP},

    {"python-3.5 takes it, and its section applies", REQUEST_HOST, "*.example.com", 0, EXAMPLE,
     POLICY_SUBJECT_NAME},
    {"python-3.5 would take it, but its section does not apply", REQUEST_HOST, "*.example.org",
     REFERENCE_WILDCARD, NULL, 0},
    {"a number at the end", REQUEST_HOST, "host.123", REFERENCE_NUMERIC, NULL, 0},
    {"a port, in the section of python-3.5", REQUEST_HOST, "a:1.example.com", 0, EXAMPLE,
     POLICY_SUBJECT_NAME},
    {"a port, elsewhere", REQUEST_HOST, "a.example.org:1", REFERENCE_PORT, NULL, 0},
    {"no rule set takes it", REQUEST_HOST, ".example.com", REFERENCE_LEADING_DOT, NULL, 0},
    {"nothing", REQUEST_HOST, "", REFERENCE_EMPTY, NULL, 0},
    {"no mailbox", REQUEST_EMAIL, "a.example.com", REFERENCE_NO_AT, NULL, 0},
    {"no kind that there is", (enum request_reference_kind)9, "a", REFERENCE_UNKNOWN_KIND, NULL, 0},
};

/*
 * The section is found by the domain in the reference, whatever the kind of reference. The rule set
 * of that section has to accept the reference too.
 */
START_TEST(test_rules)
{
    struct policy *policy = accept_text(sections);

    for (size_t i = 0; i < ROWS(rule_rows); i++) {
        const struct request_reference asked = refer(rule_rows[i].kind, rule_rows[i].text);
        struct candidate candidate;
        int r = candidate_init(&candidate, policy, POLICY_CLASS_NONE, &asked);

        ck_assert_msg(r == rule_rows[i].r, "%s: %d", rule_rows[i].intent, r);
        if (r != 0)
            continue;
        ck_assert(candidate.is_named);
        ck_assert_msg(strcmp(candidate.rule.origin.section, rule_rows[i].section) == 0, "%s: %s",
                      rule_rows[i].intent, candidate.rule.origin.section);
        ck_assert_msg(candidate.subject.type == rule_rows[i].subject, "%s: %d", rule_rows[i].intent,
                      (int)candidate.subject.type);
        ck_assert_int_eq(candidate.reference.set, candidate.rule.rules.set);
        ck_assert_int_eq(candidate.names.match, MATCH_NONE);
    }
    policy_free(policy);
}
END_TEST

/* A request without a reference gets the rule of `defaults` and matches nothing. */
START_TEST(test_nobody)
{
    struct policy *policy = accept_text("defaults { rules = openssl }\n");
    const struct request_reference unused = refer(REQUEST_HOST, "a");
    struct candidate candidate;

    ck_assert_int_eq(candidate_init(&candidate, policy, POLICY_CLASS_NONE, NULL), 0);
    ck_assert(!candidate.is_named);
    ck_assert_str_eq(candidate.rule.origin.section, "defaults");
    ck_assert_int_eq(candidate.subject.type, POLICY_SUBJECT_NONE);
    ck_assert_int_eq(candidate.names.match, MATCH_NONE);
    ck_assert(!candidate_may_be_sni(&candidate, &unused));
    policy_free(policy);
}
END_TEST

/* --- comparing --- */

static const struct {
    const char *intent, *policy, *host, *san;
    bool matches, reported;
} match_rows[] = {
    {"both", "defaults { rules-report = openssl }", "a.example.com", "DNS:a.example.com", true,
     true},
    {"neither", "defaults { rules-report = openssl }", "b.example.com", "DNS:a.example.com", false,
     false},
    {"only what is enforced", "defaults { rules = openssl rules-report = rfc9525 }",
     "www.example.com", "DNS:w*.example.com", true, false},
    {"only what is reported", "defaults { rules-report = openssl }", "www.example.com",
     "DNS:w*.example.com", false, true},
    {"reported rules do not take the reference at all",
     "defaults { rules = python-3.5 rules-report = rfc9525 }", "a_b*.example.com",
     "DNS:a_b*.example.com", true, false},
    {"a star that is only reported", "defaults { wildcards-report = none }", "a.example.com",
     "DNS:*.example.com", true, false},
    {"no star", "defaults { wildcards-report = none }", "a.example.com", "DNS:a.example.com", true,
     true},
    {"a star in a label", "defaults { rules = openssl wildcards-report = left-label }",
     "www.example.com", "DNS:w*.example.com", true, false},
    {"a star for a label", "defaults { rules = openssl wildcards-report = left-label }",
     "www.example.com", "DNS:*.example.com", true, true},
    {"no star is let in by a report", "defaults { wildcards = none wildcards-report = left-label }",
     "a.example.com", "DNS:*.example.com", false, true},
    {"a star below a company's suffix", "defaults { public-suffix-wildcards-report = refuse-all }",
     "a.github.io", "DNS:*.github.io", true, false},
    {"a star below a name", "defaults { public-suffix-wildcards-report = refuse-all }",
     "a.b.github.io", "DNS:*.b.github.io", true, true},
    {"a star below a registry's suffix",
     "defaults { rules = openssl public-suffix-wildcards-report = refuse-icann }", "a.co.uk",
     "DNS:*.co.uk", true, false},
    {"a company's, under a registry's report",
     "defaults { rules = openssl public-suffix-wildcards-report = refuse-icann }", "a.github.io",
     "DNS:*.github.io", true, true},
    {"nothing is reported", "", "a.example.com", "DNS:a.example.com", true, false},
};

START_TEST(test_reported)
{
    struct world world;

    world_init(&world);
    for (size_t i = 0; i < ROWS(match_rows); i++) {
        const struct request_reference asked = refer(REQUEST_HOST, match_rows[i].host);
        struct bytes der = world_leaf(&world, match_rows[i].san);
        struct certificate *leaf = NULL;
        struct presenter presenter = {0};
        struct candidate candidate;

        world_policy(&world, match_rows[i].policy);
        ck_assert_int_eq(certificate_parse(&leaf, world.x509, der.data, der.len), 0);
        ck_assert_int_eq(candidate_init(&candidate, world.policy, POLICY_CLASS_NONE, &asked), 0);
        presenter.identities = certificate_identities(leaf, &presenter.n_identities);
        ck_assert_int_eq(candidate_match(&candidate, suffixes, &asked, &presenter), 0);
        ck_assert_msg((candidate.names.match == MATCH_FOUND) == match_rows[i].matches, "%s",
                      match_rows[i].intent);
        ck_assert_msg((candidate.reported == MATCH_FOUND) == match_rows[i].reported, "%s",
                      match_rows[i].intent);
        ck_assert(!candidate.by_common_name);
        certificate_free(leaf);
        path_drop(der);
    }
    world_deinit(&world);
}
END_TEST

static const struct {
    const char *rules;
    enum request_reference_kind kind;
    const char *text;
    enum verdict_identity_type type;
    bool may_be_sni;
} type_rows[] = {
    {"rfc9525", REQUEST_HOST, "a.example", VERDICT_DNS_ID, true},
    {"rfc9525", REQUEST_HOST, "192.0.2.1", VERDICT_IP_ID, false},
    {"rfc9525", REQUEST_HOST, "2001:db8::1", VERDICT_IP_ID, false},
    {"rfc9525", REQUEST_EMAIL, "me@a.example", VERDICT_EMAIL, false},
    {"rfc9525", REQUEST_URI, "sip:a.example", VERDICT_URI_ID, false},
    {"rfc9525", REQUEST_SRV, "_imap.a.example", VERDICT_SRV_ID, false},
    {"rfc9525", REQUEST_SPIFFE, "spiffe://a.example/x", VERDICT_SPIFFE_ID, false},
    {"openssl", REQUEST_HOST, "a.example", VERDICT_DNS_ID, true},
    {"openssl", REQUEST_HOST, "a..example", VERDICT_DNS_ID, false},
    {"openssl", REQUEST_HOST, "127.1", VERDICT_DNS_ID, false},
    {"python-3.5", REQUEST_HOST, "*.example", VERDICT_DNS_ID, false},
    {"python-3.7", REQUEST_HOST, "a b", VERDICT_IDENTITY_UNSPECIFIED, false},
};

/*
 * The type of a reference in the verdict is that of its kind. Only a host name by the rules of
 * rfc9525 may be sent as server_name.
 */
START_TEST(test_types)
{
    for (size_t i = 0; i < ROWS(type_rows); i++) {
        const struct request_reference asked = refer(type_rows[i].kind, type_rows[i].text);
        struct candidate candidate;
        struct policy *policy;
        char text[64];

        snprintf(text, sizeof(text), "defaults { rules = %s }", type_rows[i].rules);
        policy = accept_text(text);
        if (candidate_init(&candidate, policy, POLICY_CLASS_NONE, &asked) == 0) {
            ck_assert_msg(candidate_type(&candidate) == type_rows[i].type, "%s", type_rows[i].text);
            ck_assert_msg(candidate_may_be_sni(&candidate, &asked) == type_rows[i].may_be_sni,
                          "%s by %s", type_rows[i].text, type_rows[i].rules);
        } else
            ck_assert_int_eq(type_rows[i].type, VERDICT_IDENTITY_UNSPECIFIED);
        policy_free(policy);
    }
}
END_TEST

/* --- the message of a mismatch --- */

#define OTHERWISE(text) "application verification failure: certificate is not valid for '" text "'"

static const struct {
    const char *rules;
    enum request_reference_kind kind;
    const char *text;
    const char *code;
    uint32_t verify_code;
    const char *message;
} mismatch_rows[] = {
    {"rfc9525", REQUEST_HOST, "WWW.a.example.", "hostname-mismatch", 62,
     "Hostname mismatch, certificate is not valid for 'WWW.a.example.'."},
    {"python-3.7", REQUEST_HOST, "www.a.example", "hostname-mismatch", 62,
     "Hostname mismatch, certificate is not valid for 'www.a.example'."},
    {"openssl", REQUEST_HOST, "192.0.2.1", "ip-address-mismatch", 64,
     "IP address mismatch, certificate is not valid for '192.0.2.1'."},
    {"python-3.5", REQUEST_HOST, "www.a.example", "hostname-mismatch", 62,
     "hostname 'www.a.example' doesn't match 'other.example'"},
    {"rfc9525", REQUEST_EMAIL, "me@a.example", "email-mismatch", 63, "email address mismatch"},
    {"python-3.5", REQUEST_EMAIL, "me@a.example", "email-mismatch", 63, "email address mismatch"},
    {"rfc9525", REQUEST_URI, "https://a.example:1/x", "uri-mismatch", 50,
     OTHERWISE("https://a.example")},
    {"rfc9525", REQUEST_SPIFFE, "spiffe://a.example/x", "spiffe-mismatch", 50,
     OTHERWISE("spiffe://a.example/x")},
    {"python-3.5", REQUEST_SRV, "_IMAP.a.example", "srv-mismatch", 50,
     OTHERWISE("_imap.a.example")},
};

/* The message and number of a mismatch are those of Python and OpenSSL where these have any. */
START_TEST(test_mismatches)
{
    static const struct identity presented[] = {DNS("other.example")};

    for (size_t i = 0; i < ROWS(mismatch_rows); i++) {
        const struct request_reference asked = refer(mismatch_rows[i].kind, mismatch_rows[i].text);
        struct words words = {.used = 0};
        struct candidate candidate;
        struct policy *policy;
        struct finding finding;
        char text[64];

        snprintf(text, sizeof(text), "defaults { rules = %s }", mismatch_rows[i].rules);
        policy = accept_text(text);
        ck_assert_int_eq(candidate_init(&candidate, policy, POLICY_CLASS_NONE, &asked), 0);
        candidate.match_rules = (struct match_rules){
            .suffixes = suffixes,
            .rules = candidate.rule.rules,
        };
        match_all(&candidate.match_rules, &candidate.reference, presented, 1, &candidate.names);
        finding = mismatch_of(&candidate, presented, 1, &words);
        ck_assert_str_eq(finding.code, mismatch_rows[i].code);
        ck_assert_uint_eq(finding.verify_code, mismatch_rows[i].verify_code);
        ck_assert_msg(bytes_are(finding.message, mismatch_rows[i].message), "%.*s",
                      (int)finding.message.len, (const char *)finding.message.data);
        ck_assert(!finding.report_only);
        finding = mismatch_reported(&candidate, &words);
        ck_assert_str_eq(finding.code, mismatch_rows[i].code);
        ck_assert(finding.report_only);
        policy_free(policy);
    }
}
END_TEST

/* A candidate whose reference was never parsed is refused as a mismatch. */
START_TEST(test_mismatch_of_nothing)
{
    struct candidate candidate = {.is_named = true};
    struct words words = {.used = 0};
    struct finding finding = mismatch_of(&candidate, NULL, 0, &words);

    ck_assert_str_eq(finding.code, "identity-mismatch");
    ck_assert_uint_eq(finding.verify_code, 50);
    ck_assert_uint_gt(finding.message.len, 0);
    ck_assert_int_eq(candidate_type(&candidate), VERDICT_IDENTITY_UNSPECIFIED);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_rules, test_nobody,     test_reported,
        test_types, test_mismatches, test_mismatch_of_nothing,
    };

    return policy_suite_run("verify candidates", tests, ROWS(tests));
}
