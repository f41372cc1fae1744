/* SPDX-License-Identifier: MIT */

/*
 * Tests several CRLs of one issuer together, who may sign them, and what is waived. The file
 * test_revocation_bounds.c tests which certificates they cover, limits and windows.
 */

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/x509/revocation_fixture.h"

static struct world world;

static void set_up(void)
{
    world_init(&world);
}

static void tear_down(void)
{
    world_deinit(&world);
}

/* Two CRLs of one issuer, in either order. */
static const struct {
    const char *intent;
    struct crl_spec a, b;
    enum revocation_state state;
    bool is_tolerated;
} pairs[] = {
    {"an old one and a current one",
     {.from = 1, .until = 2},
     {.reason = -1},
     REVOCATION_GOOD,
     true},
    {"the old one lists it",
     {.from = 1, .until = 2, .serial = LEAF_SERIAL},
     {.reason = -1},
     REVOCATION_REVOKED,
     false},
    {"a broken one beside a good one",
     {.shape = CRL_CRITICAL},
     {.reason = -1},
     REVOCATION_GOOD,
     true},
    {"a broken one lists it",
     {.shape = CRL_CRITICAL, .serial = LEAF_SERIAL},
     {.reason = -1},
     REVOCATION_REVOKED,
     false},
    {"a broken one beside an old one",
     {.shape = CRL_CRITICAL},
     {.from = 1, .until = 2},
     REVOCATION_UNUSABLE,
     false},
    {"an old one and another point's",
     {.from = 1, .until = 2},
     {.point = "http://crl.example/2"},
     REVOCATION_STALE,
     true},
    {"its kind's and the other kind's",
     {.shape = CRL_ONLY_USER},
     {.shape = CRL_ONLY_CA},
     REVOCATION_GOOD,
     true},
    {"a complete one and a delta that lists it",
     {.reason = -1},
     {.shape = CRL_DELTA, .serial = LEAF_SERIAL},
     REVOCATION_REVOKED,
     false},
    {"a complete one and a delta that takes it back",
     {.reason = -1},
     {.shape = CRL_DELTA, .serial = LEAF_SERIAL, .reason = 8},
     REVOCATION_GOOD,
     true},
    {"a hold and a later CRL without it",
     {.from = NOW - 3 * DAY, .until = NOW + DAY, .serial = LEAF_SERIAL, .reason = 6},
     {.from = NOW - 2 * DAY, .until = NOW + DAY, .reason = -1},
     REVOCATION_GOOD,
     true},
    {"a hold and an earlier CRL without it",
     {.from = NOW - 2 * DAY, .until = NOW + DAY, .serial = LEAF_SERIAL, .reason = 6},
     {.from = NOW - 3 * DAY, .until = NOW + DAY, .reason = -1},
     REVOCATION_REVOKED,
     false},
    {"a hold and a later CRL with a hold",
     {.from = NOW - 3 * DAY, .until = NOW + DAY, .serial = LEAF_SERIAL, .reason = 6},
     {.from = NOW - 2 * DAY, .until = NOW + DAY, .serial = LEAF_SERIAL, .reason = 6},
     REVOCATION_REVOKED,
     false},
    {"a hold and a CRL from the future without it",
     {.from = NOW - 3 * DAY, .until = NOW + DAY, .serial = LEAF_SERIAL, .reason = 6},
     {.from = NOW + 1, .until = NOW + DAY, .reason = -1},
     REVOCATION_REVOKED,
     false},
    {"a hold and a later CRL of another scope",
     {.from = NOW - 3 * DAY, .until = NOW + DAY, .serial = LEAF_SERIAL, .reason = 6},
     {.shape = CRL_ONLY_USER, .from = NOW - 2 * DAY, .until = NOW + DAY, .reason = -1},
     REVOCATION_REVOKED,
     false},
    {"a hold and a later delta without it",
     {.from = NOW - 3 * DAY, .until = NOW + DAY, .serial = LEAF_SERIAL, .reason = 6},
     {.shape = CRL_DELTA, .from = NOW - 2 * DAY, .until = NOW + DAY, .reason = -1},
     REVOCATION_REVOKED,
     false},
    {"a hold and a later CRL that is malformed",
     {.from = NOW - 3 * DAY, .until = NOW + DAY, .serial = LEAF_SERIAL, .reason = 6},
     {.shape = CRL_CRITICAL, .from = NOW - 2 * DAY, .until = NOW + DAY, .reason = -1},
     REVOCATION_REVOKED,
     false},
    {"a hold of one scope and a later CRL of the same scope",
     {.shape = CRL_ONLY_USER,
      .from = NOW - 3 * DAY,
      .until = NOW + DAY,
      .serial = LEAF_SERIAL,
      .reason = 6},
     {.shape = CRL_ONLY_USER, .from = NOW - 2 * DAY, .until = NOW + DAY, .reason = -1},
     REVOCATION_GOOD,
     true},
    {"a hold and a later CRL that is out of date",
     {.from = NOW - 3 * DAY, .until = NOW + DAY, .serial = LEAF_SERIAL, .reason = 6},
     {.from = NOW - 2 * DAY, .until = NOW - 1, .reason = -1},
     REVOCATION_STALE,
     true},
    {"a revocation for good and a later CRL without it",
     {.from = NOW - 3 * DAY, .until = NOW + DAY, .serial = LEAF_SERIAL, .reason = 1},
     {.from = NOW - 2 * DAY, .until = NOW + DAY, .reason = -1},
     REVOCATION_REVOKED,
     false},
    {"an old one and a future one",
     {.from = 1, .until = 2},
     {.from = NOW + 1, .until = NOW + 2},
     REVOCATION_UNUSABLE,
     false},
};

START_TEST(two_of_one_issuer)
{
    for (int turned = 0; turned < 2; turned++) {
        struct crl_spec a = turned ? pairs[_i].b : pairs[_i].a;
        struct crl_spec b = turned ? pairs[_i].a : pairs[_i].b;
        struct crl_set *set = world_set(&world);
        struct revocation_result result;
        struct fault_list faults;

        a.issuer = b.issuer = world.intermediate.certificate;
        a.key = b.key = world.intermediate.key;
        world_add(set, &a);
        world_add(set, &b);
        world_ask(&world, set, REVOCATION_IF_KNOWN, 2, &faults, &result);
        ck_assert_msg(result.certificates[0].state == pairs[_i].state, "%s: %s", pairs[_i].intent,
                      result.certificates[0].why);
        ck_assert_msg((result.outcome == REVOCATION_PASSED) == pairs[_i].is_tolerated, "%s",
                      pairs[_i].intent);
        crl_set_free(set);
    }
}
END_TEST

/* An entry with removeFromCRL is allowed only in a delta CRL, so in a complete CRL it revokes. */
START_TEST(taken_back_only_by_a_delta)
{
    struct crl_spec spec = {.issuer = world.intermediate.certificate,
                            .key = world.intermediate.key,
                            .serial = LEAF_SERIAL,
                            .reason = 8};
    struct crl_set *set = world_set(&world);
    struct revocation_result result;
    struct fault_list faults;

    world_add(set, &spec);
    world_ask(&world, set, REVOCATION_IF_KNOWN, 2, &faults, &result);
    ck_assert_int_eq(result.certificates[0].state, REVOCATION_REVOKED);
    crl_set_free(set);
}
END_TEST

static enum revocation_outcome check(const struct revocation_question *question)
{
    struct revocation_result result;
    struct fault_list faults = {0};

    ck_assert_int_eq(revocation_check(world.context, question, &faults, &result), 0);
    return result.outcome;
}

/* A hold is lifted only by a CRL that the issuer's key has signed. */
START_TEST(a_hold_is_not_lifted_by_another_key)
{
    struct crl_spec hold = {.issuer = world.intermediate.certificate,
                            .key = world.intermediate.key,
                            .from = NOW - 3 * DAY,
                            .until = NOW + DAY,
                            .serial = LEAF_SERIAL,
                            .reason = 6};
    struct crl_spec later = {.issuer = world.intermediate.certificate,
                             .key = world.stranger.key,
                             .from = NOW - 2 * DAY,
                             .until = NOW + DAY,
                             .reason = -1};
    struct crl_set *set = world_set(&world);
    struct revocation_result result;
    struct fault_list faults;

    world_add(set, &hold);
    world_add(set, &later);
    world_ask(&world, set, REVOCATION_IF_KNOWN, 2, &faults, &result);
    ck_assert_int_eq(result.certificates[0].state, REVOCATION_REVOKED);
    crl_set_free(set);
}
END_TEST

/* thisUpdate may be in the future by the clock skew; nextUpdate has no skew. */
START_TEST(clock_skew_of_a_crl)
{
    struct crl_spec spec = {.issuer = world.intermediate.certificate,
                            .key = world.intermediate.key,
                            .from = NOW + 60,
                            .until = NOW + DAY,
                            .reason = -1};
    struct crl_set *set = world_set(&world);
    const struct crl_set *sets[] = {set};
    struct revocation_question question = {.path = world.path,
                                           .n = 2,
                                           .time = NOW,
                                           .mode = REVOCATION_REQUIRED,
                                           .sets = sets,
                                           .n_sets = 1,
                                           .clock_skew_s = 60};

    world_add(set, &spec);
    ck_assert_int_eq(check(&question), REVOCATION_PASSED);
    question.time = NOW - 1;
    ck_assert_int_ne(check(&question), REVOCATION_PASSED);
    question.time = NOW + DAY;
    ck_assert_int_eq(check(&question), REVOCATION_PASSED);
    question.time = NOW + DAY + 1;
    ck_assert_int_ne(check(&question), REVOCATION_PASSED);
    crl_set_free(set);
}
END_TEST

/*
 * RFC 9608: noRevAvail makes up for missing CRLs and responses of an end entity, but not for those
 * that are there. The extension has no effect in a CA's certificate.
 */
START_TEST(no_revocation_available)
{
    static const struct {
        const char *intent;
        const char *constraints;
        bool has_extension;
        struct crl_spec crl;
        bool has_crl;
        bool passes;
    } waivers[] = {
        {"no material", NULL, true, {.serial = 0}, false, true},
        {"no material and no extension", NULL, false, {.serial = 0}, false, false},
        {"an authority", "critical,CA:TRUE", true, {.serial = 0}, false, false},
        {"revoked", NULL, true, {.serial = LEAF_SERIAL, .reason = 1}, true, false},
        {"an old CRL", NULL, true, {.from = 1, .until = 2, .reason = -1}, true, true},
        {"an unusable CRL", NULL, true, {.shape = CRL_CRITICAL, .reason = -1}, true, false},
    };

    for (size_t i = 0; i < sizeof(waivers) / sizeof(*waivers); i++) {
        struct party_spec leaf_spec = {.name = "leaf",
                                       .serial = LEAF_SERIAL,
                                       .constraints = waivers[i].constraints,
                                       .has_no_rev_avail = waivers[i].has_extension};
        struct party leaf = party_make(&leaf_spec, NULL, &world.intermediate);
        X509 *path[] = {leaf.certificate, world.intermediate.certificate};
        struct crl_spec spec = waivers[i].crl;
        struct crl_set *set = world_set(&world);
        const struct crl_set *sets[] = {set};
        struct revocation_question question = {.path = path,
                                               .n = 2,
                                               .time = NOW,
                                               .mode = REVOCATION_REQUIRED,
                                               .sets = sets,
                                               .n_sets = 1};

        spec.issuer = world.intermediate.certificate;
        spec.key = world.intermediate.key;
        if (waivers[i].has_crl)
            world_add(set, &spec);
        ck_assert_msg((check(&question) == REVOCATION_PASSED) == waivers[i].passes, "%s",
                      waivers[i].intent);
        crl_set_free(set);
        party_free(&leaf);
    }
}
END_TEST

/*
 * If a CRL has no key identifier, the serial number of the issuer's certificate identifies the key,
 * with or without the sign octet that large numbers have.
 */
START_TEST(authority_by_serial_number)
{
    static const long serials[] = {INTERMEDIATE_SERIAL, 0x80, 0x1234567};

    for (size_t i = 0; i < sizeof(serials) / sizeof(*serials); i++) {
        struct party_spec issuer_spec = {.name = "Intermediate", .serial = serials[i]};
        struct party issuer = party_make(&issuer_spec, EVP_PKEY_dup(world.intermediate.key), NULL);

        for (int is_other = 0; is_other < 2; is_other++) {
            struct crl_spec spec = {.issuer = issuer.certificate,
                                    .key = issuer.key,
                                    .reason = -1,
                                    .authority_serial = serials[i] + is_other};
            struct crl_set *set = world_set(&world);
            struct revocation_result result;
            struct fault_list faults;

            world_add(set, &spec);
            world.path[1] = issuer.certificate;
            world_ask(&world, set, REVOCATION_IF_KNOWN, 2, &faults, &result);
            ck_assert_int_eq(result.certificates[0].state,
                             is_other ? REVOCATION_UNKNOWN : REVOCATION_GOOD);
            world.path[1] = world.intermediate.certificate;
            crl_set_free(set);
        }
        party_free(&issuer);
    }
}
END_TEST

/* Tests the key usage of the signer (RFC 5280 section 6.3.3 (f)). */
START_TEST(keys_that_may_sign)
{
    static const struct {
        const char *usage;
        enum revocation_state state;
    } usages[] = {
        {"critical,keyCertSign,cRLSign", REVOCATION_GOOD},
        {"critical,cRLSign", REVOCATION_GOOD},
        {NULL, REVOCATION_GOOD},
        {"critical,keyCertSign", REVOCATION_UNUSABLE},
        {"keyCertSign,digitalSignature", REVOCATION_UNUSABLE},
    };

    for (size_t i = 0; i < sizeof(usages) / sizeof(*usages); i++) {
        struct party_spec issuer_spec = {.name = "Issuer",
                                         .serial = 5,
                                         .constraints = "critical,CA:TRUE",
                                         .usage = usages[i].usage};
        struct party_spec leaf_spec = {.name = "leaf", .serial = 6};
        struct party issuer = party_make(&issuer_spec, NULL, NULL);
        struct party leaf = party_make(&leaf_spec, NULL, &issuer);
        X509 *path[] = {leaf.certificate, issuer.certificate};
        struct crl_spec spec = {.issuer = issuer.certificate, .key = issuer.key, .reason = -1};
        struct crl_set *set = world_set(&world);
        const struct crl_set *sets[] = {set};
        struct revocation_question question = {.path = path,
                                               .n = 2,
                                               .time = NOW,
                                               .mode = REVOCATION_IF_KNOWN,
                                               .sets = sets,
                                               .n_sets = 1};
        struct revocation_result result;
        struct fault_list faults = {0};

        world_add(set, &spec);
        ck_assert_int_eq(revocation_check(world.context, &question, &faults, &result), 0);
        ck_assert_int_eq(result.certificates[0].state, usages[i].state);
        if (usages[i].state != REVOCATION_GOOD)
            ck_assert_int_eq(faults.faults[0].verify_code, 35);
        crl_set_free(set);
        party_free(&leaf);
        party_free(&issuer);
    }
}
END_TEST

/*
 * A certificate that is listed under the issuer's key is revoked, even if the issuer's certificate
 * in this path does not permit CRLs or has another key identifier: a server can choose among the
 * issuer's certificates.
 */
START_TEST(listed_whatever_the_key_is_for)
{
    struct party_spec cross_spec = {.name = "Intermediate",
                                    .serial = 99,
                                    .constraints = "critical,CA:TRUE",
                                    .usage = "critical,keyCertSign"};
    struct party cross = party_make(&cross_spec, EVP_PKEY_dup(world.intermediate.key), &world.root);

    for (int other = 0; other < 2; other++) {
        struct crl_spec spec = {.issuer = world.intermediate.certificate,
                                .key = world.intermediate.key,
                                .serial = LEAF_SERIAL,
                                .reason = 1,
                                .shape = other ? CRL_AUTHORITY_OTHER : CRL_PLAIN};
        struct crl_set *set = world_set(&world);
        struct revocation_result result;
        struct fault_list faults;

        world_add(set, &spec);
        world.path[1] = cross.certificate;
        world_ask(&world, set, REVOCATION_IF_KNOWN, 2, &faults, &result);
        ck_assert_int_eq(result.certificates[0].state, REVOCATION_REVOKED);
        world.path[1] = world.intermediate.certificate;
        crl_set_free(set);
    }
    party_free(&cross);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("revocation-rules");
    TCase *cases = tcase_create("revocation-rules");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_unchecked_fixture(cases, set_up, tear_down);
    tcase_set_timeout(cases, 60);
    tcase_add_loop_test(cases, two_of_one_issuer, 0, sizeof(pairs) / sizeof(*pairs));
    tcase_add_test(cases, taken_back_only_by_a_delta);
    tcase_add_test(cases, a_hold_is_not_lifted_by_another_key);
    tcase_add_test(cases, clock_skew_of_a_crl);
    tcase_add_test(cases, no_revocation_available);
    tcase_add_test(cases, authority_by_serial_number);
    tcase_add_test(cases, keys_that_may_sign);
    tcase_add_test(cases, listed_whatever_the_key_is_for);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
