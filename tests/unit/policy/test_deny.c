/* SPDX-License-Identifier: MIT */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/policy/deny.h"
#include "daemon/policy/policy.h"
#include "tests/unit/policy/policy_fixture.h"

/* Tests that each section `deny` refuses what it lists and nothing else. */

static const char text[] =
    "deny names { names = { bad.example, zip, \"10.0.0.0/8\", 2001:db8::1 } }\n"
    "deny keys { mode = report spki-sha256 = { \"" PIN_B "\", \"" PIN_A
    "\" } issuer-spki-sha256 = \"" PIN_C "\" }\n"
    "\n"
    "deny numbers { issuer-sha256 = \"" PIN_A "\" serials = { \"0A:1B\", 00, 7f, 80, ff00 } }\n";

/*
 * Denials keep the order of the configuration, and `kinds` has a bit for each kind of entry that
 * they list.
 */
START_TEST(test_sections)
{
    struct policy *policy = accept_text(text);
    size_t n;
    const struct policy_deny *denies = policy_denies(policy, &n);

    ck_assert_uint_eq(n, 3);
    ck_assert_str_eq(denies[0].name, "names");
    ck_assert_uint_eq(denies[0].kinds, POLICY_DENY_NAMES);
    ck_assert_int_eq(denies[0].mode, POLICY_MODE_ENFORCE);
    ck_assert_uint_eq(denies[1].kinds, POLICY_DENY_SPKI | POLICY_DENY_ISSUER_SPKI);
    ck_assert_int_eq(denies[1].mode, POLICY_MODE_REPORT);
    ck_assert_uint_eq(denies[2].kinds, POLICY_DENY_SERIALS);
    ck_assert_str_eq(denies[2].origin.section, "deny \"numbers\"");
    ck_assert_uint_eq(denies[2].origin.line, 4);
    policy_free(policy);
    policy = accept_text("deny one { names = 192.0.2.1 }");
    ck_assert_uint_eq(policy_denies(policy, &n)->kinds, POLICY_DENY_NAMES);
    policy_free(policy);
}
END_TEST

struct subject_row {
    const char *subject;
    bool denied;
};

static const struct subject_row subject_rows[] = {
    {"bad.example", true},
    {"www.bad.example", true},
    {"a.b.c.bad.example", true},
    {"BAD.Example.", true},
    {"xbad.example", false},
    {"bad.example.org", false},
    {"example", false},
    {"zip", true},
    {"a.zip", true},
    {"zip.example", false},
    {"", false},
    {"10.1.2.3", true},
    {"11.0.0.0", false},
    {"2001:db8::1", true},
    {"2001:db8::2", false},
    {"::ffff:10.0.0.1", true},
    {".", false},
    {"zip..", false},
};

START_TEST(test_subjects)
{
    struct policy *policy = accept_text(text);
    size_t n;
    const struct policy_deny *denies = policy_denies(policy, &n);

    for (size_t i = 0; i < ROWS(subject_rows); i++) {
        struct subject subject;

        ck_assert_msg(
            policy_deny_has_subject(&denies[0], subject_make(&subject, subject_rows[i].subject)) ==
                subject_rows[i].denied,
            "%s", subject_rows[i].subject);
        ck_assert(!policy_deny_has_subject(&denies[1], &subject.subject));
    }
    policy_free(policy);
}
END_TEST

/* The keys of end entities and those of issuers are separate lists. */
START_TEST(test_keys)
{
    struct policy *policy = accept_text(text);
    size_t n;
    const struct policy_deny *denies = policy_denies(policy, &n);
    uint8_t spki[POLICY_PIN_BYTES] = {0};

    for (uint8_t last = 0; last < 4; last++) {
        spki[31] = last;
        ck_assert_int_eq(policy_deny_has_spki(&denies[1], spki), last < 2);
        ck_assert_int_eq(policy_deny_has_issuer_spki(&denies[1], spki), last == 2);
        ck_assert(!policy_deny_has_spki(&denies[0], spki));
        ck_assert(!policy_deny_has_issuer_spki(&denies[0], spki));
    }
    policy_free(policy);
}
END_TEST

struct serial_row {
    const char *intent;
    uint8_t issuer;
    uint8_t serial[24];
    size_t len;
    bool denied;
};

static const struct serial_row serial_rows[] = {
    {"it", 0, {0x0a, 0x1b}, 2, true},
    {"with a zero before it", 0, {0, 0x0a, 0x1b}, 3, true},
    {"with many zeros before it", 0, {[22] = 0x0a, [23] = 0x1b}, 24, true},
    {"of another issuer", 1, {0x0a, 0x1b}, 2, false},
    {"its beginning", 0, {0x0a}, 1, false},
    {"and more", 0, {0x0a, 0x1b, 0}, 3, false},
    {"another", 0, {0x0a, 0x1c}, 2, false},
    {"zero", 0, {0}, 1, true},
    {"zero at length", 0, {0, 0, 0}, 3, true},
    {"nothing", 0, {0}, 0, false},
    {"the highest bit", 0, {0x80}, 1, true},
    {"the highest bit with its zero", 0, {0, 0x80}, 2, true},
    {"two octets", 0, {0xff, 0}, 2, true},
    {"too long", 0, {1, [23] = 1}, 24, false},
};

START_TEST(test_serials)
{
    struct policy *policy = accept_text(text);
    size_t n;
    const struct policy_deny *denies = policy_denies(policy, &n);

    for (size_t i = 0; i < ROWS(serial_rows); i++) {
        const struct serial_row *row = &serial_rows[i];
        uint8_t issuer[32] = {[31] = row->issuer};

        ck_assert_msg(policy_deny_has_serial(&denies[2], issuer, row->serial, row->len) ==
                          row->denied,
                      "%s", row->intent);
        ck_assert(!policy_deny_has_serial(&denies[0], issuer, row->serial, row->len));
    }
    policy_free(policy);
}
END_TEST

static const struct refusal_row refusal_rows[] = {
    {"nothing", "\ndeny a { }", 2, "deny \"a\" denies nothing"},
    {"only a mode", "deny a { mode = report }", 1, "denies nothing"},
    {"an issuer alone", "deny a { issuer-sha256 = \"" PIN_A "\" }", 1, "need each other"},
    {"twice", "deny a { names = a.example }\ndeny a { names = b.example }", 2,
     "is already defined in line 1"},
    {"no name", "deny \"\" { names = a.example }", 1, "no valid name"},
    {"a serial number with a minus", "deny a { issuer-sha256 = \"" PIN_A "\"\n serials = \"-1\" }",
     2, "hexadecimal digits and colons alone"},
    {"colons alone", "deny a { issuer-sha256 = \"" PIN_A "\"\n serials = \":\" }", 2,
     "has hexadecimal digits"},
    {"eighty-one digits", "deny a { issuer-sha256 = \"" PIN_A "\"\n serials = \"" A42 A42 "\" }", 2,
     "at most 20 octets"},
};

START_TEST(test_refused)
{
    char *many = text_repeat("", "deny d", " { names = a.example }\n", POLICY_DENIES_COUNT + 1, "");
    struct refusal_row row = {"too many", many, POLICY_DENIES_COUNT + 1,
                              "more than 64 sections \"deny\""};

    refuse_bytes(&row, strlen(many));
    free(many);
    refuse_rows(refusal_rows, ROWS(refusal_rows));
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_sections, test_subjects, test_keys, test_serials, test_refused,
    };

    return policy_suite_run("policy-deny", tests, ROWS(tests));
}
