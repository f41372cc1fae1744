/* SPDX-License-Identifier: MIT */

/*
 * Tests the status of end entities that are trusted directly, and of end entities that are revoked
 * on only one of several paths.
 */

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/x509/path/path.h"
#include "tests/unit/x509/revocation_fixture.h"

static struct world world;
static struct path_engine *engine;

static const char may_sign[] = "critical,keyCertSign,cRLSign";

static void set_up(void)
{
    world_init(&world);
    ck_assert_int_eq(path_engine_new(&engine, world.context), 0);
}

static void tear_down(void)
{
    path_engine_free(engine);
    world_deinit(&world);
}

static struct bytes encode(X509 *certificate)
{
    unsigned char *der = NULL;
    int len = i2d_X509(certificate, &der);

    ck_assert_int_gt(len, 0);
    return (struct bytes){.data = der, .len = (size_t)len};
}

static void drop(struct bytes der)
{
    OPENSSL_free((void *)(uintptr_t)der.data);
}

static struct store *make_store(X509 *const *anchors, size_t n, enum store_end_entities kind)
{
    const struct store_limits limits = {.end_entities = kind};
    struct store *store = NULL;

    ck_assert_int_eq(store_new(&store, "tests", true), 0);
    for (size_t i = 0; i < n; i++) {
        struct bytes der = encode(anchors[i]);
        int fault;

        ck_assert_int_eq(store_add(store, der.data, der.len, &fault), 0);
        drop(der);
    }
    ck_assert_int_eq(store_set_limits(store, &limits), 0);
    return store;
}

/* The CRLs, responses and stores of a question. */
struct material {
    enum revocation_mode mode;
    const struct crl_set *crls;    /* NULL for none */
    const struct bytes *staple;    /* NULL for none */
    const struct store *stores[2]; /* NULL for none */
};

/*
 * Asks about certificates, of which the end entity is the first. Returns the code of the first
 * fault; "" if there is none.
 */
static const char *ask(X509 *const *certificates, size_t n, const struct material *material,
                       size_t *n_unusedp)
{
    struct bytes ders[4];
    struct path_result result;
    const char *code;
    struct path_question question = {
        .certificates = ders,
        .n_certificates = n,
        .stores = material->stores,
        .n_stores = material->stores[1] ? 2 : 1,
        .time = NOW,
        .profile = PROFILE_COMPATIBLE,
        .purpose = PURPOSE_SERVER,
        .max_depth = -1,
        .revocation = material->mode,
        .crls = &material->crls,
        .n_crls = material->crls ? 1 : 0,
        .staple = material->staple,
        .ocsp_max_age_s = DAY,
        .clock_skew_s = 300,
    };

    for (size_t i = 0; i < n; i++)
        ders[i] = encode(certificates[i]);
    ck_assert_int_eq(path_validate(engine, &question, &result), 0);
    ck_assert_int_eq(result.outcome == PATH_VALID,
                     result.faults.n == 0 && result.date_faults.n == 0);
    code = "";
    if (result.faults.n > 0 || result.date_faults.n > 0)
        code = (result.faults.n > 0 ? result.faults : result.date_faults).faults[0].code;
    *n_unusedp = result.unused.n;
    path_result_deinit(&result);
    for (size_t i = 0; i < n; i++)
        drop(ders[i]);
    return code;
}

/* Makes an appliance's certificate, which is signed with its own key. */
static struct party make_appliance(void)
{
    const struct party_spec spec = {.name = "Appliance",
                                    .serial = LEAF_SERIAL,
                                    .extended_usage = "serverAuth",
                                    .has_key_identifier = true};

    return party_make(&spec, NULL, NULL);
}

static const struct {
    const char *intent;
    unsigned shape;
    bool by_stranger;
    enum revocation_mode mode;
    const char *code;
    size_t n_unused;
} staples[] = {
    {"good", OCSP_PLAIN, false, REVOCATION_IF_KNOWN, "", 1},
    {"good, and required", OCSP_PLAIN, false, REVOCATION_REQUIRED, "", 1},
    {"revoked", OCSP_REVOKED, false, REVOCATION_IF_KNOWN, "revoked", 0},
    {"revoked, by SHA-256", OCSP_REVOKED | OCSP_SHA256, false, REVOCATION_IF_KNOWN, "revoked", 0},
    {"revoked by nobody known", OCSP_REVOKED, true, REVOCATION_IF_KNOWN, "revoked", 0},
    {"good and revoked", OCSP_REVOKED_TOO, false, REVOCATION_IF_KNOWN, "revoked", 0},
    {"another serial number", OCSP_REVOKED | OCSP_OTHER_SERIAL, false, REVOCATION_IF_KNOWN, "", 1},
    {"another issuer", OCSP_REVOKED | OCSP_OTHER_NAME, false, REVOCATION_IF_KNOWN, "", 1},
    {"no answer", OCSP_TRY_LATER, false, REVOCATION_IF_KNOWN, "", 1},
    {"something behind it", OCSP_TRAILING, false, REVOCATION_IF_KNOWN, "ocsp-malformed", 0},
    {"a broken entry", OCSP_BROKEN_SINGLE, false, REVOCATION_IF_KNOWN, "ocsp-malformed", 0},
    {"not looked at", OCSP_REVOKED, false, REVOCATION_OFF, "", 0},
};

/*
 * Without the issuer a response cannot be verified: it refuses a certificate that it lists as
 * revoked, and clears none.
 */
START_TEST(a_staple_for_a_directly_trusted_one)
{
    struct party appliance = make_appliance();
    const struct ocsp_spec spec = {
        .certificate = appliance.certificate,
        .issuer = appliance.certificate,
        .responder = staples[_i].by_stranger ? &world.stranger : &appliance,
        .shape = staples[_i].shape,
    };
    struct blob response = ocsp_make(&spec);
    struct bytes staple = {.data = response.data, .len = response.len};
    struct store *store = make_store(&appliance.certificate, 1, STORE_END_ENTITIES_ONLY);
    struct material material = {
        .mode = staples[_i].mode,
        .staple = &staple,
        .stores = {store},
    };
    size_t n_unused;
    const char *code = ask(&appliance.certificate, 1, &material, &n_unused);

    ck_assert_msg(strcmp(code, staples[_i].code) == 0, "%s: %s", staples[_i].intent, code);
    ck_assert_msg(n_unused == staples[_i].n_unused, "%s: %zu unused", staples[_i].intent, n_unused);
    store_free(store);
    blob_free(&response);
    party_free(&appliance);
}
END_TEST

/*
 * RFC 7633: a certificate that demands a stapled response is refused, since no response can be
 * verified for it, unless revocation is not checked at all.
 */
START_TEST(a_directly_trusted_one_demands_a_staple)
{
    const struct party_spec spec = {.name = "Appliance",
                                    .serial = LEAF_SERIAL,
                                    .extended_usage = "serverAuth",
                                    .tls_feature = "status_request",
                                    .has_key_identifier = true};
    static const struct {
        enum revocation_mode mode;
        const char *code;
    } rows[] = {
        {REVOCATION_OFF, ""},
        {REVOCATION_IF_KNOWN, "must-staple"},
        {REVOCATION_REQUIRED, "must-staple"},
    };
    struct party appliance = party_make(&spec, NULL, NULL);
    const struct ocsp_spec ocsp = {.certificate = appliance.certificate,
                                   .issuer = appliance.certificate,
                                   .responder = &appliance};
    struct blob response = ocsp_make(&ocsp);
    struct bytes staple = {.data = response.data, .len = response.len};
    struct store *store = make_store(&appliance.certificate, 1, STORE_END_ENTITIES_ONLY);

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct material material = {.mode = rows[i].mode, .stores = {store}};
        size_t n_unused;
        const char *code = ask(&appliance.certificate, 1, &material, &n_unused);

        ck_assert_msg(strcmp(code, rows[i].code) == 0, "row %zu: %s", i, code);
        material.staple = &staple;
        code = ask(&appliance.certificate, 1, &material, &n_unused);
        ck_assert_msg(strcmp(code, rows[i].code) == 0, "row %zu with a response: %s", i, code);
    }
    store_free(store);
    blob_free(&response);
    party_free(&appliance);
}
END_TEST

/*
 * If a status is required, it is waived only for a certificate that is signed with its own key;
 * equal names of issuer and subject do not suffice. A good response makes no difference.
 */
START_TEST(a_status_is_required)
{
    const struct party_spec spec = {.name = "Appliance",
                                    .serial = LEAF_SERIAL,
                                    .extended_usage = "serverAuth",
                                    .has_key_identifier = true};
    struct party appliance = make_appliance();
    struct party namesake = party_make(&spec, NULL, &appliance);
    const struct {
        const struct party *party;
        const X509 *issuer;
        const char *code;
    } rows[] = {
        {&appliance, appliance.certificate, ""},
        {&namesake, appliance.certificate, "revocation-unknown"},
        {&world.leaf, world.intermediate.certificate, "revocation-unknown"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        const struct ocsp_spec ocsp = {
            .certificate = rows[i].party->certificate,
            .issuer = rows[i].issuer,
            .responder = i < 2 ? &appliance : &world.intermediate,
        };
        struct store *store = make_store(&rows[i].party->certificate, 1, STORE_END_ENTITIES_ONLY);
        struct blob response = ocsp_make(&ocsp);
        struct bytes staple = {.data = response.data, .len = response.len};
        struct material material = {.mode = REVOCATION_REQUIRED, .stores = {store}};
        size_t n_unused;
        const char *code = ask(&rows[i].party->certificate, 1, &material, &n_unused);

        ck_assert_msg(strcmp(code, rows[i].code) == 0, "row %zu: %s", i, code);
        material.staple = &staple;
        code = ask(&rows[i].party->certificate, 1, &material, &n_unused);
        ck_assert_msg(strcmp(code, rows[i].code) == 0, "row %zu with a response: %s", i, code);
        blob_free(&response);
        store_free(store);
    }
    party_free(&appliance);
    party_free(&namesake);
}
END_TEST

/*
 * A CRL that lists the certificate refuses it, whoever signed the CRL: in the name of the
 * certificate's issuer, or as an indirect CRL.
 */
START_TEST(a_crl_lists_a_directly_trusted_one)
{
    struct party appliance = make_appliance();
    const struct crl_spec rows[] = {
        {.issuer = appliance.certificate, .key = world.stranger.key, .serial = LEAF_SERIAL},
        {.issuer = world.stranger.certificate,
         .key = world.stranger.key,
         .shape = CRL_INDIRECT,
         .serial = LEAF_SERIAL,
         .listed_by = appliance.certificate},
        {.issuer = appliance.certificate, .key = appliance.key, .serial = LEAF_SERIAL + 1},
        {.issuer = world.stranger.certificate, .key = world.stranger.key, .serial = LEAF_SERIAL},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct store *store = make_store(&appliance.certificate, 1, STORE_END_ENTITIES_ONLY);
        struct crl_set *set = world_set(&world);
        struct crl_spec spec = rows[i];
        struct material material = {
            .mode = REVOCATION_IF_KNOWN,
            .crls = set,
            .stores = {store},
        };
        size_t n_unused;

        spec.reason = -1;
        world_add(set, &spec);
        ck_assert_str_eq(ask(&appliance.certificate, 1, &material, &n_unused),
                         i < 2 ? "revoked" : "");
        crl_set_free(set);
        store_free(store);
    }
    party_free(&appliance);
}
END_TEST

/*
 * Two roots have certified the issuer, and one of them has also certified another key of the
 * issuer, with which a CRL revokes the end entity. So the end entity is revoked on one path and not
 * on the other. It is refused if the first path is valid, whichever path is found first.
 */
START_TEST(revoked_on_one_of_two_paths)
{
    const struct party_spec root = {.name = "Root 2",
                                    .serial = 1,
                                    .constraints = "critical,CA:TRUE",
                                    .usage = may_sign,
                                    .has_key_identifier = true};
    const struct party_spec crossed = {.name = "Intermediate",
                                       .serial = 900,
                                       .constraints = "critical,CA:TRUE",
                                       .usage = may_sign,
                                       .has_key_identifier = true};
    struct party other_root = party_make(&root, NULL, NULL);
    struct party cross = party_make(&crossed, world.intermediate.key, &other_root);
    const struct crl_spec spec = {.issuer = world.namesake.certificate,
                                  .key = world.namesake.key,
                                  .shape = CRL_AUTHORITY,
                                  .serial = LEAF_SERIAL,
                                  .reason = -1};
    X509 *const sent[] = {world.leaf.certificate, world.intermediate.certificate, cross.certificate,
                          world.namesake.certificate};
    struct store *first = make_store(&world.root.certificate, 1, STORE_END_ENTITIES_NO);
    struct store *second = make_store(&other_root.certificate, 1, STORE_END_ENTITIES_NO);
    struct crl_set *set = world_set(&world);
    const struct {
        const struct store *stores[2];
        const char *code;
    } rows[] = {
        {{first}, "revoked"},
        {{second}, ""},
        {{first, second}, "revoked"},
        {{second, first}, "revoked"},
    };

    world_add(set, &spec);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct material material = {
            .mode = REVOCATION_IF_KNOWN,
            .crls = set,
            .stores = {rows[i].stores[0], rows[i].stores[1]},
        };
        size_t n_unused;
        const char *code = ask(sent, 4, &material, &n_unused);

        ck_assert_msg(strcmp(code, rows[i].code) == 0, "row %zu: %s", i, code);
    }
    crl_set_free(set);
    store_free(first);
    store_free(second);
    cross.key = NULL; /* the key belongs to the fixture's world */
    party_free(&cross);
    party_free(&other_root);
}
END_TEST

/*
 * noRevAvail (RFC 9608) waives the status of an end entity, critical or not. Not every libcrypto
 * knows it. An authority must not have it, and no other unknown critical extension is accepted
 * because of it.
 */
START_TEST(no_revocation_available)
{
    static const struct {
        const char *intent;
        const char *constraints;
        bool is_critical, has_unknown;
        const char *code;
    } rows[] = {
        {"not critical", NULL, false, false, ""},
        {"critical", NULL, true, false, ""},
        {"critical, in an authority", "critical,CA:TRUE", true, false,
         "unknown-critical-extension"},
        {"critical, beside an unknown one", NULL, true, true, "unknown-critical-extension"},
    };
    const struct crl_spec spec = {
        .issuer = world.root.certificate, .key = world.root.key, .reason = -1};
    struct store *store = make_store(&world.root.certificate, 1, STORE_END_ENTITIES_NO);
    struct crl_set *set = world_set(&world);

    world_add(set, &spec);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        const struct party_spec leaf = {.name = "leaf",
                                        .serial = LEAF_SERIAL,
                                        .constraints = rows[i].constraints,
                                        .extended_usage = "serverAuth",
                                        .has_no_rev_avail = true,
                                        .is_critical = rows[i].is_critical,
                                        .has_unknown_critical = rows[i].has_unknown};
        struct party party = party_make(&leaf, NULL, &world.intermediate);
        X509 *const sent[] = {party.certificate, world.intermediate.certificate};
        struct material material = {
            .mode = REVOCATION_REQUIRED,
            .crls = set,
            .stores = {store},
        };
        size_t n_unused;
        const char *code = ask(sent, 2, &material, &n_unused);

        ck_assert_msg(strcmp(code, rows[i].code) == 0, "%s: %s", rows[i].intent, code);
        party_free(&party);
    }
    crl_set_free(set);
    store_free(store);
}
END_TEST

/* The clock skew is for CRLs and responses; the dates of certificates hold to the second. */
START_TEST(the_clock_skew_is_not_for_certificates)
{
    static const struct {
        int64_t from, until;
        const char *code;
    } rows[] = {
        {NOW - DAY, NOW, ""},
        {NOW, NOW + DAY, ""},
        {NOW - DAY, NOW - 1, "expired"},
        {NOW + 1, NOW + DAY, "not-yet-valid"},
    };
    struct store *store = make_store(&world.root.certificate, 1, STORE_END_ENTITIES_NO);

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        const struct party_spec spec = {.name = "leaf",
                                        .serial = LEAF_SERIAL,
                                        .extended_usage = "serverAuth",
                                        .from = rows[i].from,
                                        .until = rows[i].until};
        struct party party = party_make(&spec, NULL, &world.intermediate);
        X509 *const sent[] = {party.certificate, world.intermediate.certificate};
        struct material material = {.mode = REVOCATION_IF_KNOWN, .stores = {store}};
        size_t n_unused;
        const char *code = ask(sent, 2, &material, &n_unused);

        ck_assert_msg(strcmp(code, rows[i].code) == 0, "row %zu: %s", i, code);
        party_free(&party);
    }
    store_free(store);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("path-status");
    TCase *cases = tcase_create("path-status");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_checked_fixture(cases, set_up, tear_down);
    tcase_set_timeout(cases, 60);
    tcase_add_loop_test(cases, a_staple_for_a_directly_trusted_one, 0,
                        sizeof(staples) / sizeof(*staples));
    tcase_add_test(cases, a_status_is_required);
    tcase_add_test(cases, a_directly_trusted_one_demands_a_staple);
    tcase_add_test(cases, a_crl_lists_a_directly_trusted_one);
    tcase_add_test(cases, revoked_on_one_of_two_paths);
    tcase_add_test(cases, no_revocation_available);
    tcase_add_test(cases, the_clock_skew_is_not_for_certificates);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
