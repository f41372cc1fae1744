/* SPDX-License-Identifier: MIT */

/*
 * Tests that the claims of a configuration are exactly its demands for a refusal, each with a name.
 */

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/policy/policy_fixture.h"

struct expected_claim {
    enum policy_claim_kind kind;
    const char *name;
    unsigned line;
};

static void expect_claims(const char *text, const struct expected_claim *expected, size_t n)
{
    struct policy *policy = accept_text(text);
    struct policy_claim_cursor cursor = {0};
    struct policy_claim claim;

    for (size_t i = 0; i < n; i++) {
        ck_assert(policy_claim_next(policy, &cursor, 0, &claim));
        ck_assert_int_eq(claim.kind, expected[i].kind);
        ck_assert_str_eq(claim.name, expected[i].name);
        ck_assert_uint_eq(claim.line, expected[i].line);
        ck_assert_str_eq(claim.file, "test.conf");
    }
    ck_assert(!policy_claim_next(policy, &cursor, 0, &claim));
    policy_free(policy);
}

START_TEST(test_claims)
{
    static const struct expected_claim expected[] = {
        {POLICY_CLAIM_PATH, "a.example", 2},
        {POLICY_CLAIM_PINS, "a.example", 2},
        {POLICY_CLAIM_WILDCARDS, "a.example", 2},
        {POLICY_CLAIM_PATH, "10.0.0.0", 6},
        {POLICY_CLAIM_PATH, "xn--bcher-kva.example", 7},
        {POLICY_CLAIM_DENIED, "b.example", 8},
        {POLICY_CLAIM_DENIED, "c.example", 8},
    };

    expect_claims(BANK_PINS
                  "domain \"a.example\" { path = always\n pinset = bank\n subdomains = all\n "
                  "wildcards = none }\n"
                  "domain \"10.0.0.0/8\" { path = always }\n"
                  "domain \"b\xc3\xbc"
                  "cher.example\" { path = always }\n"
                  "deny d { names = { \"b.example\", \"c.example\" } }\n",
                  expected, ROWS(expected));
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_claims};

    return policy_suite_run("claim", tests, ROWS(tests));
}
