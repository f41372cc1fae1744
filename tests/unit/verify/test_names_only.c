/* SPDX-License-Identifier: MIT */
/*
 * Tests questions with names instead of certificates: what they match, and the policies under which
 * names are not enough.
 */

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "proto/error.h"
#include "tests/unit/verify/verify_fixture.h"

#define PINSET "pinset p { spki-sha256 = { \"" PIN_A "\", \"" PIN_B "\" } "
#define DENY   "deny \"d\" { mode = report "

/* Asks for WORLD_LEAF about one name. Returns what verification_init returns. */
static int ask(struct world *world, enum verdict_identity_type type, const char *name, size_t len)
{
    const struct request_name names[] = {{type, {(const uint8_t *)name, len}}};
    struct request request = {.has_names = true, .names = names, .n_names = name ? 1 : 0};

    request_refer(&request, REQUEST_HOST, WORLD_LEAF);
    return world_ask(world, &request);
}

static const struct {
    const char *intent;
    const char *policy;
    int error;
} policies[] = {
    {"the built-in policy", "", 0},
    {"another rule set", "defaults { rules = \"python-3.5\" }", 0},
    {"a path", "defaults { path = always }", ERROR_UNSUPPORTED},
    {"a path that is only reported", "defaults { path = report }", ERROR_UNSUPPORTED},
    {"a path for another domain", "domain \"b.example\" { path = always }", 0},
    {"pins", PINSET "} domain \"" WORLD_LEAF "\" { pinset = p }", ERROR_UNSUPPORTED},
    {"pins that are only reported",
     PINSET "mode = report } domain \"" WORLD_LEAF "\" { pinset = p }", ERROR_UNSUPPORTED},
    {"pins of another domain", PINSET "} domain \"b.example\" { pinset = p }", 0},
    {"a denied key", DENY "spki-sha256 = \"" PIN_A "\" }", ERROR_UNSUPPORTED},
    {"an issuer's denied key", DENY "issuer-spki-sha256 = \"" PIN_A "\" }", ERROR_UNSUPPORTED},
    {"a denied serial number", DENY "issuer-sha256 = \"" PIN_A "\" serials = \"0a\" }",
     ERROR_UNSUPPORTED},
    {"another denied name", DENY "names = { \"b.example\" } }", 0},
};

START_TEST(test_policies)
{
    struct world world;

    world_init(&world);
    for (size_t i = 0; i < ROWS(policies); i++) {
        world_policy(&world, policies[i].policy);
        ck_assert_msg(ask(&world, VERDICT_DNS_ID, WORLD_LEAF, strlen(WORLD_LEAF)) ==
                          policies[i].error,
                      "%s: %s", policies[i].intent, world.verification.error_text);
        ck_assert_int_eq(world.verification.verdict.outcome,
                         policies[i].error ? VERDICT_NOT_VERIFIED : VERDICT_NAME_MATCHES);
        ck_assert(!world.verification.leaf);
        ck_assert_uint_eq(world.verification.verdict.leaf.sha256.len, 0);
    }
    world_deinit(&world);
}
END_TEST

/* A denied name is refused even if it matches. */
START_TEST(test_denied_name)
{
    struct world world;
    char codes[WORLD_CODES_BYTES];

    world_init(&world);
    world_policy(&world, "deny \"d\" { names = { \"" WORLD_LEAF "\" } }");
    ck_assert_int_eq(ask(&world, VERDICT_DNS_ID, WORLD_LEAF, strlen(WORLD_LEAF)), 0);
    ck_assert_int_eq(world.verification.verdict.outcome, VERDICT_NOT_VERIFIED);
    world_codes(&world, false, codes);
    ck_assert_str_eq(codes, "denied@0");
    world_deinit(&world);
}
END_TEST

static const struct {
    const char *intent;
    const char *policy;
    enum verdict_identity_type type;
    const char *name;
    bool matches;
} names[] = {
    {"a wildcard", "", VERDICT_DNS_ID, "*.example.com", true},
    {"another name", "", VERDICT_DNS_ID, "b.example.com", false},
    {"no name", "", VERDICT_DNS_ID, NULL, false},
    {"a common name, which is off", "", VERDICT_CN_ID, WORLD_LEAF, false},
    {"a common name, which is on", "defaults { common-name = yes }", VERDICT_CN_ID, WORLD_LEAF,
     true},
    {"the name as a mailbox", "", VERDICT_EMAIL, WORLD_LEAF, false},
    {"the name as another type", "", VERDICT_OTHER, WORLD_LEAF, false},
    {"the name, malformed", "", VERDICT_MALFORMED, WORLD_LEAF, false},
    {"the name as an address", "", VERDICT_IP_ID, "\xc0\xa8\x01\x01", false},
};

START_TEST(test_names)
{
    struct world world;

    world_init(&world);
    for (size_t i = 0; i < ROWS(names); i++) {
        world_policy(&world, names[i].policy);
        ck_assert_int_eq(
            ask(&world, names[i].type, names[i].name, names[i].name ? strlen(names[i].name) : 0),
            0);
        ck_assert_msg((world.verification.verdict.outcome == VERDICT_NAME_MATCHES) ==
                          names[i].matches,
                      "%s", names[i].intent);
        if (!names[i].matches)
            ck_assert_int_eq(world.verification.verdict.outcome, VERDICT_NOT_VERIFIED);
    }
    world_deinit(&world);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_policies, test_denied_name, test_names};

    return policy_suite_run("verify names only", tests, ROWS(tests));
}
