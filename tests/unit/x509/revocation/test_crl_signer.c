/* SPDX-License-Identifier: MIT */

/*
 * Tests CRLs signed by a key other than that of the issuer on the path: which keys may clear a
 * certificate, which may only revoke it, and which may do neither.
 */

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/x509/revocation_fixture.h"

#define OTHERS_COUNT 24

/* Certificates whose subject is the leaf's issuer, or an issuer of indirect CRLs. */
enum signer {
    SIGNER_SIBLING,       /* certified by the key that certified the issuer */
    SIGNER_SELF_ISSUED,   /* certified by the issuer's own key */
    SIGNER_NO_USAGE,      /* a sibling without a key usage */
    SIGNER_NO_CRL_SIGN,   /* a sibling that may not sign CRLs */
    SIGNER_EXPIRED,       /* a sibling that has expired */
    SIGNER_CRITICAL,      /* a sibling with an unknown critical extension */
    SIGNER_REVOKED,       /* a sibling that the root's CRL lists */
    SIGNER_MINTED,        /* certified by another authority below the root */
    SIGNER_ANCHOR,        /* self-signed, and an anchor */
    SIGNER_STRANGER,      /* self-signed, and no anchor */
    SIGNER_OF_A_STRANGER, /* certified by an authority that is not below the root */
    SIGNER_DELEGATE,      /* a certificate with another subject, certified by the root */
    SIGNERS_COUNT
};

#define REVOKED_SIBLING 4711

static struct world world;
static struct party signers[SIGNERS_COUNT], sub_authority;
static unsigned char *ders[OTHERS_COUNT];
static struct outline outlines[OTHERS_COUNT];
static struct revocation_other others[OTHERS_COUNT];

static struct party make_signer(const char *usage, const struct party *issuer, long serial)
{
    const struct party_spec spec = {.name = "Intermediate",
                                    .serial = serial,
                                    .constraints = "critical,CA:TRUE",
                                    .usage = usage,
                                    .has_key_identifier = true};

    return party_make(&spec, NULL, issuer);
}

static void set_up(void)
{
    static const char may_sign[] = "critical,keyCertSign,cRLSign";
    const struct party_spec sub = {.name = "Sub",
                                   .serial = 500,
                                   .constraints = "critical,CA:TRUE",
                                   .usage = may_sign,
                                   .has_key_identifier = true};
    const struct party_spec expired = {.name = "Intermediate",
                                       .serial = 501,
                                       .constraints = "critical,CA:TRUE",
                                       .usage = may_sign,
                                       .has_key_identifier = true,
                                       .from = NOW - 90 * DAY,
                                       .until = NOW - DAY};
    const struct party_spec critical = {.name = "Intermediate",
                                        .serial = 502,
                                        .constraints = "critical,CA:TRUE",
                                        .usage = may_sign,
                                        .has_key_identifier = true,
                                        .has_unknown_critical = true};
    const struct party_spec delegate = {
        .name = "Delegate", .serial = 503, .usage = "critical,cRLSign", .has_key_identifier = true};

    world_init(&world);
    sub_authority = party_make(&sub, NULL, &world.root);
    signers[SIGNER_SIBLING] = make_signer(may_sign, &world.root, 600);
    signers[SIGNER_SELF_ISSUED] = make_signer("critical,cRLSign", &world.intermediate, 601);
    signers[SIGNER_NO_USAGE] = make_signer(NULL, &world.root, 602);
    signers[SIGNER_NO_CRL_SIGN] = make_signer("critical,keyCertSign", &world.root, 603);
    signers[SIGNER_EXPIRED] = party_make(&expired, NULL, &world.root);
    signers[SIGNER_CRITICAL] = party_make(&critical, NULL, &world.root);
    signers[SIGNER_REVOKED] = make_signer(may_sign, &world.root, REVOKED_SIBLING);
    signers[SIGNER_MINTED] = make_signer(may_sign, &sub_authority, 604);
    signers[SIGNER_ANCHOR] = make_signer(may_sign, NULL, 605);
    signers[SIGNER_STRANGER] = make_signer(may_sign, NULL, 606);
    signers[SIGNER_OF_A_STRANGER] = make_signer(may_sign, &world.stranger, 607);
    signers[SIGNER_DELEGATE] = party_make(&delegate, NULL, &world.root);
}

static void tear_down(void)
{
    for (size_t i = 0; i < SIGNERS_COUNT; i++)
        party_free(&signers[i]);
    party_free(&sub_authority);
    world_deinit(&world);
}

static void add_other(size_t at, X509 *certificate, bool is_anchor)
{
    int len = i2d_X509(certificate, &ders[at]);

    ck_assert_int_gt(len, 0);
    ck_assert_int_eq(outline_read(&outlines[at], ders[at], (size_t)len), 0);
    others[at] = (struct revocation_other){.outline = &outlines[at], .is_anchor = is_anchor};
}

static void free_others(size_t n)
{
    for (size_t i = 0; i < n; i++) {
        OPENSSL_free(ders[i]);
        ders[i] = NULL;
    }
}

/*
 * Checks the world's path with `n_others` certificates that are not part of it. The set always has
 * the root's own CRL, which lists one sibling.
 */
static void ask(struct crl_set *set, size_t n_others, enum revocation_mode mode,
                struct fault_list *faults, struct revocation_result *result)
{
    const struct crl_set *sets[] = {set};
    const struct revocation_question question = {
        .path = world.path,
        .n = 3,
        .time = NOW,
        .mode = mode,
        .sets = sets,
        .n_sets = 1,
        .others = others,
        .n_others = n_others,
    };
    const struct crl_spec of_root = {
        .issuer = world.root.certificate,
        .key = world.root.key,
        .serial = REVOKED_SIBLING,
        .reason = -1,
    };

    world_add(set, &of_root);
    *faults = (struct fault_list){0};
    ck_assert_int_eq(revocation_check(world.context, &question, faults, result), 0);
}

/*
 * Adds the certificate of a signer and, for SIGNER_MINTED, that of the authority that certified it.
 */
static size_t add_signer(enum signer signer)
{
    add_other(0, signers[signer].certificate, signer == SIGNER_ANCHOR);
    add_other(1, sub_authority.certificate, false);
    return 2;
}

enum right { NEITHER, REVOKES, CLEARS };

static const struct {
    enum signer signer;
    enum right right;
    const char *intent;
} rights[] = {
    {SIGNER_SIBLING, CLEARS, "a sibling"},
    {SIGNER_SELF_ISSUED, CLEARS, "certified by the issuer itself"},
    {SIGNER_NO_USAGE, REVOKES, "without a key usage"},
    {SIGNER_NO_CRL_SIGN, REVOKES, "without cRLSign"},
    {SIGNER_EXPIRED, REVOKES, "expired"},
    {SIGNER_CRITICAL, REVOKES, "with an unknown critical extension"},
    {SIGNER_REVOKED, REVOKES, "revoked itself"},
    {SIGNER_MINTED, REVOKES, "minted by another authority"},
    {SIGNER_ANCHOR, REVOKES, "another anchor of the name"},
    {SIGNER_STRANGER, NEITHER, "a stranger"},
    {SIGNER_OF_A_STRANGER, NEITHER, "certified by a stranger"},
};
#define RIGHTS_COUNT (sizeof(rights) / sizeof(*rights))

static struct crl_spec make_spec(enum signer signer, unsigned shape, long serial)
{
    return (struct crl_spec){
        .issuer = signers[signer].certificate,
        .key = signers[signer].key,
        .shape = shape,
        .serial = serial,
        .reason = -1,
    };
}

static void ask_about(enum signer signer, const struct crl_spec *spec, enum revocation_mode mode,
                      struct fault_list *faults, struct revocation_result *result)
{
    struct crl_set *set = world_set(&world);
    size_t n = add_signer(signer);

    world_add(set, spec);
    ask(set, n, mode, faults, result);
    free_others(n);
    crl_set_free(set);
}

/* A key may do the same whether or not the CRL names the key. */
START_TEST(what_a_key_may_do)
{
    enum signer signer = rights[_i / 2].signer;
    enum right right = rights[_i / 2].right;
    const char *intent = rights[_i / 2].intent;
    unsigned shape = _i % 2 ? CRL_AUTHORITY : CRL_PLAIN;
    struct crl_spec empty = make_spec(signer, shape, 0),
                    listing = make_spec(signer, shape, LEAF_SERIAL);
    struct revocation_result result;
    struct fault_list faults;
    enum revocation_state state;

    ask_about(signer, &listing, REVOCATION_IF_KNOWN, &faults, &result);
    ck_assert_msg((result.certificates[0].state == REVOCATION_REVOKED) == (right != NEITHER),
                  "%s lists: %d", intent, result.certificates[0].state);

    ask_about(signer, &empty, REVOCATION_REQUIRED, &faults, &result);
    ck_assert_msg((result.outcome == REVOCATION_PASSED) == (right == CLEARS), "%s required: %s",
                  intent, faults.n ? faults.faults[0].code : "passed");

    ask_about(signer, &empty, REVOCATION_IF_KNOWN, &faults, &result);
    state = result.certificates[0].state;
    if (right == CLEARS) {
        ck_assert_msg(state == REVOCATION_GOOD, "%s: %d", intent, state);
        ck_assert_uint_eq(result.unused.n, 0);
    } else if (right == REVOKES || shape == CRL_AUTHORITY) {
        ck_assert_msg(state == REVOCATION_UNKNOWN && result.outcome == REVOCATION_PASSED, "%s: %d",
                      intent, state);
        ck_assert_uint_eq(result.unused.n, 1);
        ck_assert_str_eq(result.unused.faults[0].code, "crl-other-key");
    } else {
        ck_assert_msg(state == REVOCATION_UNUSABLE && result.outcome == REVOCATION_REFUSED,
                      "%s: %d", intent, state);
    }
}
END_TEST

/* A hold is lifted only by a CRL of a key that may clear. */
START_TEST(a_hold_is_lifted_by_a_key_that_may_clear)
{
    enum signer signer = rights[_i].signer;
    struct crl_spec held = {.issuer = world.intermediate.certificate,
                            .key = world.intermediate.key,
                            .from = NOW - 3 * DAY,
                            .until = NOW + DAY,
                            .serial = LEAF_SERIAL,
                            .reason = 6},
                    later = make_spec(signer, CRL_PLAIN, 0);
    struct crl_set *set = world_set(&world);
    size_t n = add_signer(signer);
    struct revocation_result result;
    struct fault_list faults;

    world_add(set, &held);
    world_add(set, &later);
    ask(set, n, REVOCATION_IF_KNOWN, &faults, &result);
    ck_assert_msg((result.certificates[0].state == REVOCATION_REVOKED) ==
                      (rights[_i].right != CLEARS),
                  "%s: %d", rights[_i].intent, result.certificates[0].state);
    free_others(n);
    crl_set_free(set);
}
END_TEST

/*
 * A newer CRL of the issuer's own key does not supersede one of a key that may only revoke, nor the
 * reverse.
 */
START_TEST(the_own_key_counts_beside_another)
{
    struct crl_spec own = {.issuer = world.intermediate.certificate,
                           .key = world.intermediate.key,
                           .reason = -1},
                    minted = make_spec(SIGNER_MINTED, CRL_AUTHORITY, 0),
                    listing = make_spec(SIGNER_MINTED, CRL_AUTHORITY, LEAF_SERIAL);
    struct revocation_result result;
    struct fault_list faults;

    for (int is_listing = 0; is_listing < 2; is_listing++) {
        struct crl_set *set = world_set(&world);
        size_t n = add_signer(SIGNER_MINTED);

        world_add(set, is_listing ? &listing : &minted);
        world_add(set, &own);
        ask(set, n, REVOCATION_REQUIRED, &faults, &result);
        ck_assert_int_eq(result.certificates[0].state,
                         is_listing ? REVOCATION_REVOKED : REVOCATION_GOOD);
        free_others(n);
        crl_set_free(set);
    }
}
END_TEST

/*
 * The issuer on the path has renewed its key in a self-issued certificate, but its CRLs are still
 * signed with the key above. That key is the issuer's too, and may clear. The key above the issuer
 * may not if it belongs to an authority with another name.
 */
START_TEST(the_key_above_a_self_issued_certificate)
{
    const struct party_spec spec = {.name = "leaf", .serial = LEAF_SERIAL};
    struct party leaf = party_make(&spec, NULL, &signers[SIGNER_SELF_ISSUED]);
    X509 *const path[] = {leaf.certificate, signers[SIGNER_SELF_ISSUED].certificate,
                          world.intermediate.certificate, world.root.certificate};
    const struct crl_spec of_root = {
        .issuer = world.root.certificate, .key = world.root.key, .reason = -1};
    struct crl_spec of_issuer = {.issuer = world.intermediate.certificate,
                                 .key = world.intermediate.key,
                                 .shape = CRL_AUTHORITY,
                                 .reason = -1};

    for (int is_listed = 0; is_listed < 2; is_listed++) {
        struct crl_set *set = world_set(&world);
        const struct crl_set *sets[] = {set};
        const struct revocation_question question = {
            .path = path,
            .n = 4,
            .time = NOW,
            .mode = REVOCATION_REQUIRED,
            .sets = sets,
            .n_sets = 1,
        };
        struct revocation_result result;
        struct fault_list faults = {0};

        of_issuer.serial = is_listed ? LEAF_SERIAL : 0;
        world_add(set, &of_root);
        world_add(set, &of_issuer);
        ck_assert_int_eq(revocation_check(world.context, &question, &faults, &result), 0);
        ck_assert_int_eq(result.certificates[0].state,
                         is_listed ? REVOCATION_REVOKED : REVOCATION_GOOD);
        ck_assert_int_eq(result.outcome, is_listed ? REVOCATION_REFUSED : REVOCATION_PASSED);
        crl_set_free(set);
    }
    party_free(&leaf);
}
END_TEST

/* Without the certificate of its signer, a CRL of another key has no effect. */
START_TEST(an_unknown_key_does_nothing)
{
    struct crl_spec listing = make_spec(SIGNER_SIBLING, CRL_AUTHORITY, LEAF_SERIAL);
    struct crl_set *set = world_set(&world);
    struct revocation_result result;
    struct fault_list faults;

    world_add(set, &listing);
    ask(set, 0, REVOCATION_IF_KNOWN, &faults, &result);
    ck_assert_int_eq(result.outcome, REVOCATION_PASSED);
    ck_assert_str_eq(result.certificates[0].why, "crl-other-key");
    ck_assert_uint_eq(result.unused.n, 1);
    crl_set_free(set);
}
END_TEST

/* An unusable CRL is noted even if another CRL says good. */
START_TEST(what_was_not_used_is_noted)
{
    struct crl_spec own = {.issuer = world.intermediate.certificate,
                           .key = world.intermediate.key,
                           .reason = -1},
                    broken = own;
    struct crl_set *set = world_set(&world);
    struct revocation_result result;
    struct fault_list faults;

    broken.shape = CRL_CRITICAL;
    world_add(set, &own);
    world_add(set, &broken);
    ask(set, 0, REVOCATION_REQUIRED, &faults, &result);
    ck_assert_int_eq(result.outcome, REVOCATION_PASSED);
    ck_assert_uint_eq(result.unused.n, 1);
    ck_assert_str_eq(result.unused.faults[0].code, "crl-critical-extension");
    ck_assert_uint_eq(result.unused.faults[0].depth, 0);
    crl_set_free(set);
}
END_TEST

enum indirect { BY_DELEGATE, BY_ROOT, BY_STRANGER, BY_SIBLING };

static const struct {
    const char *intent;
    enum indirect by;
    unsigned shape;
    bool names_issuer;
    bool is_revoked;
} indirect_rows[] = {
    {"by another authority below the anchor", BY_DELEGATE, CRL_INDIRECT, true, true},
    {"by an authority of the path", BY_ROOT, CRL_INDIRECT, true, true},
    {"by a sibling", BY_SIBLING, CRL_INDIRECT, true, true},
    {"by a sibling, under its own name", BY_SIBLING, CRL_INDIRECT, false, true},
    {"by a stranger", BY_STRANGER, CRL_INDIRECT, true, false},
    {"of another certificate with the serial number", BY_DELEGATE, CRL_INDIRECT, false, false},
    {"that does not say that it is indirect", BY_DELEGATE, CRL_PLAIN, true, false},
};

static const struct party *find_indirect(enum indirect by)
{
    switch (by) {
    case BY_DELEGATE:
        return &signers[SIGNER_DELEGATE];
    case BY_ROOT:
        return &world.root;
    case BY_SIBLING:
        return &signers[SIGNER_SIBLING];
    default:
        return &world.stranger;
    }
}

/* An indirect CRL revokes what it lists under its issuer, and never clears. */
START_TEST(indirect)
{
    const struct party *by = find_indirect(indirect_rows[_i].by);
    struct crl_spec spec = {
        .issuer = by->certificate,
        .key = by->key,
        .shape = indirect_rows[_i].shape,
        .serial = LEAF_SERIAL,
        .reason = -1,
        .listed_by = indirect_rows[_i].names_issuer ? world.intermediate.certificate : NULL,
    };
    struct crl_set *set = world_set(&world);
    struct revocation_result result;
    struct fault_list faults;

    world_add(set, &spec);
    add_other(0, by->certificate, false);
    ask(set, 1, REVOCATION_IF_KNOWN, &faults, &result);
    ck_assert_msg((result.certificates[0].state == REVOCATION_REVOKED) ==
                      indirect_rows[_i].is_revoked,
                  "%s: %d", indirect_rows[_i].intent, result.certificates[0].state);
    free_others(1);
    crl_set_free(set);
}
END_TEST

/* Many certificates with the issuer's name do not use up more signatures than one question may. */
START_TEST(too_many_keys)
{
    struct crl_spec spec = make_spec(SIGNER_STRANGER, CRL_PLAIN, 0);
    struct party party[OTHERS_COUNT];
    struct crl_set *set = world_set(&world);
    struct revocation_result result;
    struct fault_list faults;

    for (size_t i = 0; i < OTHERS_COUNT; i++) {
        party[i] = make_signer("critical,cRLSign", &world.root, 700 + (long)i);
        add_other(i, party[i].certificate, false);
    }
    world_add(set, &spec);
    ask(set, OTHERS_COUNT, REVOCATION_IF_KNOWN, &faults, &result);
    ck_assert_int_eq(result.outcome, REVOCATION_REFUSED);
    ck_assert_str_eq(faults.faults[0].code, "revocation-budget");
    free_others(OTHERS_COUNT);
    for (size_t i = 0; i < OTHERS_COUNT; i++)
        party_free(&party[i]);
    crl_set_free(set);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("crl-signer");
    TCase *cases = tcase_create("crl-signer");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_unchecked_fixture(cases, set_up, tear_down);
    tcase_set_timeout(cases, 60);
    tcase_add_loop_test(cases, what_a_key_may_do, 0, 2 * (int)RIGHTS_COUNT);
    tcase_add_loop_test(cases, a_hold_is_lifted_by_a_key_that_may_clear, 0, (int)RIGHTS_COUNT);
    tcase_add_test(cases, the_own_key_counts_beside_another);
    tcase_add_test(cases, the_key_above_a_self_issued_certificate);
    tcase_add_test(cases, an_unknown_key_does_nothing);
    tcase_add_test(cases, what_was_not_used_is_noted);
    tcase_add_loop_test(cases, indirect, 0, sizeof(indirect_rows) / sizeof(*indirect_rows));
    tcase_add_test(cases, too_many_keys);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
