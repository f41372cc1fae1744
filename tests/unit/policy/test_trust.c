/* SPDX-License-Identifier: MIT */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/policy/policy.h"
#include "daemon/policy/trust.h"
#include "tests/unit/policy/policy_fixture.h"

/*
 * Tests the fields of trust sections, and the names and addresses that their anchors may vouch for.
 */

static const struct policy_trust *trust_of(const struct policy *policy, const char *name)
{
    size_t n;
    const struct policy_trust *trusts = policy_trusts(policy, &n);

    for (size_t i = 0; i < n; i++)
        if (strcmp(trusts[i].name, name) == 0)
            return &trusts[i];
    ck_abort_msg("no trust %s", name);
}

/* Values keep their order, and the trust section "system" exists without being written. */
START_TEST(test_sections)
{
    struct policy *policy = accept_text(
        "\ntrust b { file = { /2.pem, /1.pem } directory = /d crls = "
        "{ /c.crl } distrust-after = \"2027-06-30\" "
        "max-lifetime-days = 90 }\ntrust z { directory = /z }");
    const struct policy_trust *trust = trust_of(policy, "b");
    size_t n;

    ck_assert_str_eq(policy_trusts(policy, &n)[1].name, "system");
    ck_assert_uint_eq(n, 3);
    ck_assert(!trust->is_system);
    ck_assert_str_eq(trust->origin.section, "trust \"b\"");
    ck_assert_uint_eq(trust->origin.line, 2);
    ck_assert_uint_eq(trust->files.n_texts, 2);
    ck_assert_str_eq(trust->files.texts[0], "/2.pem");
    ck_assert_str_eq(trust->directories.texts[0], "/d");
    ck_assert_str_eq(trust->crls.texts[0], "/c.crl");
    ck_assert_int_eq(trust->distrust_from, INT64_C(1814400000));
    ck_assert_uint_eq(trust->max_lifetime_days, 90);
    trust = trust_of(policy, "system");
    ck_assert(trust->is_system);
    ck_assert_str_eq(trust->origin.section, "built-in trust \"system\"");
    ck_assert_int_eq(trust->distrust_from, POLICY_TIME_MAX);
    ck_assert_uint_eq(trust->max_lifetime_days, 0);
    policy_free(policy);

    policy = accept_text("trust system { max-lifetime-days = 398 }");
    ck_assert_uint_eq(trust_of(policy, "system")->max_lifetime_days, 398);
    ck_assert(!trust_of(policy, "system")->has_web_lifetime);
    policy_free(policy);
    policy = accept_text("trust system { max-lifetime-days = web }");
    ck_assert_uint_eq(trust_of(policy, "system")->max_lifetime_days, 0);
    ck_assert(trust_of(policy, "system")->has_web_lifetime);
    ck_assert_uint_eq(trust_of(policy, "system")->origin.line, 1);
    ck_assert_uint_eq(rule_for(policy, "", POLICY_CLASS_NONE).checks.trusts, 1);
    policy_free(policy);
}
END_TEST

struct permit_row {
    const char *intent;
    const char *keys;
    const char *subject;
    bool permitted;
};

#define NAMES "permitted-dns = { corp.example, other.example } excluded-dns = ext.corp.example"
#define NETS  "permitted-ip = { \"10.0.0.0/8\", 2001:db8::1 } excluded-ip = \"10.9.0.0/16\""

static const struct permit_row permit_rows[] = {
    {"no bounds: a name", "", "a.example", true},
    {"no bounds: an address", "", "192.0.2.1", true},
    {"no bounds: neither", "", "", true},
    {"names: itself", NAMES, "corp.example", true},
    {"names: below", NAMES, "a.b.corp.example", true},
    {"names: the second of them", NAMES, "other.example", true},
    {"names: in capitals, with a dot", NAMES, "A.CORP.example.", true},
    {"names: text before it", NAMES, "xcorp.example", false},
    {"names: above", NAMES, "example", false},
    {"names: beside", NAMES, "a.example", false},
    {"names: excluded", NAMES, "ext.corp.example", false},
    {"names: below what is excluded", NAMES, "a.ext.corp.example", false},
    {"names: excluded, in capitals, with a dot", NAMES, "A.EXT.corp.example.", false},
    {"names: an address is none of them", NAMES, "10.0.0.1", false},
    {"names: nor is nothing", NAMES, "", false},
    {"networks: within", NETS, "10.1.2.3", true},
    {"networks: excluded", NETS, "10.9.2.3", false},
    {"networks: beside", NETS, "11.0.0.0", false},
    {"networks: an address", NETS, "2001:db8::1", true},
    {"networks: another address", NETS, "2001:db8::2", false},
    {"networks: IPv4 as IPv6", NETS, "::ffff:10.0.0.1", true},
    {"networks: IPv4 as IPv6, excluded", NETS, "::ffff:10.9.0.1", false},
    {"networks: a name is none of them", NETS, "corp.example", false},
    {"both: a name", NAMES " " NETS, "corp.example", true},
    {"both: an address", NAMES " " NETS, "10.0.0.1", true},
    {"both: neither", NAMES " " NETS, "", false},
    {"excluded alone: it", "excluded-dns = ext.example", "ext.example", false},
    {"excluded alone: anything else", "excluded-dns = ext.example", "a.example", true},
    {"excluded alone: an address", "excluded-dns = ext.example", "192.0.2.1", true},
    {"an excluded network alone", "excluded-ip = \"192.0.2.0/24\"", "192.0.2.255", false},
};

START_TEST(test_permits)
{
    for (size_t i = 0; i < ROWS(permit_rows); i++) {
        const struct permit_row *row = &permit_rows[i];
        char text[512];
        struct policy *policy;
        struct subject subject;

        snprintf(text, sizeof(text), "trust t { file = /t %s }", row->keys);
        policy = accept_text(text);
        ck_assert_msg(policy_trust_permits(trust_of(policy, "t"),
                                           subject_make(&subject, row->subject)) == row->permitted,
                      "%s", row->intent);
        policy_free(policy);
    }
}
END_TEST

static const struct refusal_row refusal_rows[] = {
    {"no certificates", "\ntrust a { crls = /c }", 2, "has no certificates"},
    {"a trust twice", "trust a { file = /a }\ntrust a { file = /b }", 2,
     "is already defined in line 1"},
    {"the system's twice", "trust system { }\ntrust system { }", 2, "is already defined in line 1"},
    {"no name", "trust \"a b\" { file = /a }", 1, "trust \"a b\" has no valid name"},
    {"an unknown name, first", "defaults {\n trust = { corp, system } }", 2,
     "there is no trust \"corp\""},
    {"a name permitted twice", "trust a { file = /a\n permitted-dns = { a.example, A.example } }",
     2, "has a value twice"},
    {"a network permitted twice", "trust a { file = /a\n permitted-ip = { ::1, \"::1/128\" } }", 2,
     "has a value twice"},
};

/* The largest number of trust sections is accepted, and one more is refused. */
START_TEST(test_refused)
{
    char *most = text_repeat("", "trust t", " { file = /t }\n", POLICY_TRUSTS_COUNT - 1, "");
    char *many = text_repeat("", "trust t", " { file = /t }\n", POLICY_TRUSTS_COUNT, "");
    struct refusal_row row = {"too many", many, POLICY_TRUSTS_COUNT,
                              "more than 63 sections \"trust\""};
    struct policy *policy = accept_text(most);
    size_t n;

    policy_trusts(policy, &n);
    ck_assert_uint_eq(n, POLICY_TRUSTS_COUNT);
    policy_free(policy);
    refuse_bytes(&row, strlen(many));
    refuse_rows(refusal_rows, ROWS(refusal_rows));
    free(most);
    free(many);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_sections, test_permits, test_refused};

    return policy_suite_run("policy-trust", tests, ROWS(tests));
}
