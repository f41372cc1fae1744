/* SPDX-License-Identifier: MIT */

/*
 * Tests stapled OCSP responses: who may sign them, what they must contain, how old they may be, and
 * that a certificate that demands one is refused without it.
 */

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/x509/revocation_fixture.h"

static struct world world;

/*
 * The signers of responses about certificates of the intermediate, some of which are not allowed to
 * sign.
 */
enum responder {
    ISSUER,
    DELEGATED,
    NO_PURPOSE, /* has no extended key usage */
    OTHER_PURPOSE,
    ANY_PURPOSE,
    NO_SIGNATURES, /* has a key usage without digitalSignature */
    EXPIRED,
    FUTURE,
    LAST_SECOND,
    FIRST_SECOND,
    CRITICAL, /* has an unknown critical extension */
    OF_ROOT,  /* is certified by the root */
    OF_STRANGER,
    OF_NAMESAKE, /* is certified by another key with the issuer's name */
    NAMED_AS_ISSUER,
    NON_REPUDIATION,
    LEAF, /* the end entity itself */
    RESPONDERS_COUNT
};

static struct party responders[RESPONDERS_COUNT];

static const struct {
    const char *name, *usage, *extended;
    enum responder who;
    int64_t from, until;
} specs[] = {
    {"Responder", "digitalSignature", "OCSPSigning", DELEGATED, 0, 0},
    {"Responder", "digitalSignature", NULL, NO_PURPOSE, 0, 0},
    {"Responder", "digitalSignature", "serverAuth", OTHER_PURPOSE, 0, 0},
    {"Responder", "digitalSignature", "anyExtendedKeyUsage", ANY_PURPOSE, 0, 0},
    {"Responder", "keyEncipherment", "OCSPSigning", NO_SIGNATURES, 0, 0},
    {"Responder", NULL, "OCSPSigning", EXPIRED, 0, NOW - 1},
    {"Responder", NULL, "OCSPSigning", FUTURE, NOW + 1, 0},
    {"Responder", NULL, "OCSPSigning", LAST_SECOND, 0, NOW},
    {"Responder", NULL, "OCSPSigning", FIRST_SECOND, NOW, 0},
    {"Responder", NULL, "OCSPSigning", CRITICAL, 0, 0},
    {"Responder", NULL, "OCSPSigning", OF_ROOT, 0, 0},
    {"Responder", NULL, "OCSPSigning", OF_STRANGER, 0, 0},
    {"Responder", NULL, "OCSPSigning", OF_NAMESAKE, 0, 0},
    {"Intermediate", NULL, "OCSPSigning", NAMED_AS_ISSUER, 0, 0},
    {"Responder", "nonRepudiation", "OCSPSigning", NON_REPUDIATION, 0, 0},
};

static const struct party *certifier(enum responder who)
{
    switch (who) {
    case OF_ROOT:
        return &world.root;
    case OF_STRANGER:
        return &world.stranger;
    case OF_NAMESAKE:
        return &world.namesake;
    default:
        return &world.intermediate;
    }
}

#define RESPONDER_SERIAL 500

static void set_up(void)
{
    world_init(&world);
    for (size_t i = 0; i < sizeof(specs) / sizeof(*specs); i++) {
        struct party_spec spec = {.name = specs[i].name,
                                  .serial = RESPONDER_SERIAL + (long)i,
                                  .usage = specs[i].usage,
                                  .extended_usage = specs[i].extended,
                                  .has_unknown_critical = specs[i].who == CRITICAL,
                                  .from = specs[i].from,
                                  .until = specs[i].until};

        responders[specs[i].who] = party_make(&spec, NULL, certifier(specs[i].who));
    }
}

static void tear_down(void)
{
    for (size_t i = 0; i < RESPONDERS_COUNT; i++)
        party_free(&responders[i]);
    world_deinit(&world);
}

static const struct party *party_of(enum responder who)
{
    if (who == ISSUER)
        return &world.intermediate;
    return who == LEAF ? &world.leaf : &responders[who];
}

static struct ocsp_spec spec_of(enum responder who)
{
    struct ocsp_spec spec = {.certificate = world.leaf.certificate,
                             .issuer = world.intermediate.certificate,
                             .responder = party_of(who)};

    if (who != ISSUER)
        spec.certificates[0] = spec.responder->certificate;
    return spec;
}

static void ask_with(const struct blob *response, const struct crl_set *set,
                     enum revocation_mode mode, int64_t skew, struct fault_list *faults,
                     struct revocation_result *result)
{
    struct revocation_question question = {.path = world.path,
                                           .n = 2,
                                           .time = NOW,
                                           .mode = mode,
                                           .sets = &set,
                                           .n_sets = set ? 1 : 0,
                                           .has_ocsp = response != NULL,
                                           .ocsp = response ? response->data : NULL,
                                           .n_ocsp = response ? response->len : 0,
                                           .clock_skew_s = skew,
                                           .ocsp_max_age_s = 7 * DAY};

    *faults = (struct fault_list){0};
    ck_assert_int_eq(revocation_check(world.context, &question, faults, result), 0);
    ck_assert(result->from <= NOW && result->until >= NOW);
    ck_assert((result->outcome == REVOCATION_PASSED) == (faults->n == 0));
    ck_assert(!result->staple_good || response);
}

#define MAX_AGE (7 * DAY)
#define GOOD    REVOCATION_GOOD, NULL, 0, true
#define REVOKED REVOCATION_REVOKED, "revoked", 23, false
#define BAD     REVOCATION_UNUSABLE
#define DEFAULT 0, 0, 0

static const struct {
    const char *intent;
    enum responder who;
    unsigned shape;
    int64_t from, until, skew;
    enum revocation_state state;
    const char *why;
    int verify_code;
    bool is_tolerated;
} rows[] = {
    {"by the issuer", ISSUER, 0, DEFAULT, GOOD},
    {"by the issuer's key", ISSUER, OCSP_BY_KEY, DEFAULT, GOOD},
    {"by SHA-256", ISSUER, OCSP_SHA256, DEFAULT, GOOD},
    {"a nonce", ISSUER, OCSP_NONCE, DEFAULT, GOOD},
    {"among others", ISSUER, OCSP_OTHERS_TOO, DEFAULT, GOOD},
    {"revoked", ISSUER, OCSP_REVOKED, DEFAULT, REVOKED},
    {"good and revoked", ISSUER, OCSP_REVOKED_TOO, DEFAULT, REVOKED},
    {"revoked, by a delegate", DELEGATED, OCSP_REVOKED, DEFAULT, REVOKED},
    {"revoked long ago", ISSUER, OCSP_REVOKED, 1, 2, 0, REVOKED},
    {"revoked in the future", ISSUER, OCSP_REVOKED, NOW + 1, NOW + 2, 0, REVOKED},
    {"revoked without an end", ISSUER, OCSP_REVOKED | OCSP_NO_END, DEFAULT, REVOKED},
    {"unknown", ISSUER, OCSP_UNKNOWN, DEFAULT, BAD, "ocsp-unknown", 75, false},
    {"without an end", ISSUER, OCSP_NO_END, DEFAULT, REVOCATION_STALE, "ocsp-no-next-update", 74,
     true},
    {"without an end, the last second", ISSUER, OCSP_NO_END, NOW - MAX_AGE, NOW, 0,
     REVOCATION_STALE, "ocsp-no-next-update", 74, true},
    {"without an end, a second too old", ISSUER, OCSP_NO_END, NOW - MAX_AGE - 1, NOW, 0,
     REVOCATION_STALE, "ocsp-stale", 74, true},
    {"without an end, a second too new", ISSUER, OCSP_NO_END, NOW + 1, NOW, 0, BAD,
     "ocsp-not-yet-valid", 74, false},
    {"unknown without an end", ISSUER, OCSP_UNKNOWN | OCSP_NO_END, DEFAULT, BAD, "ocsp-unknown", 75,
     false},
    {"no answer", ISSUER, OCSP_TRY_LATER, DEFAULT, REVOCATION_UNKNOWN, "ocsp-unsuccessful", 73,
     true},

    {"the last second", ISSUER, 0, NOW - 9, NOW, 0, GOOD},
    {"a second too old", ISSUER, 0, NOW - 9, NOW - 1, 0, REVOCATION_STALE, "ocsp-stale", 74, true},
    {"a skew does not make it last longer", ISSUER, 0, NOW - 900, NOW - 1, 60, REVOCATION_STALE,
     "ocsp-stale", 74, true},
    {"the first second", ISSUER, 0, NOW, NOW + 9, 0, GOOD},
    {"a second too new", ISSUER, 0, NOW + 1, NOW + 9, 0, BAD, "ocsp-not-yet-valid", 74, false},
    {"the first second with a skew", ISSUER, 0, NOW + 60, NOW + 900, 60, GOOD},
    {"a second before the skew", ISSUER, 0, NOW + 61, NOW + 900, 60, BAD, "ocsp-not-yet-valid", 74,
     false},
    {"ends before it begins", ISSUER, OCSP_BACKWARDS, DEFAULT, BAD, "ocsp-malformed", 74, false},
    {"the same within a skew", ISSUER, OCSP_BACKWARDS, NOW, NOW, 60, BAD, "ocsp-malformed", 74,
     false},

    {"another certificate's", ISSUER, OCSP_OTHER_SERIAL, DEFAULT, BAD, "ocsp-mismatch", 74, false},
    {"another issuer's name", ISSUER, OCSP_OTHER_NAME, DEFAULT, BAD, "ocsp-mismatch", 74, false},
    {"another issuer's key", ISSUER, OCSP_OTHER_KEY, DEFAULT, BAD, "ocsp-mismatch", 74, false},
    {"another issuer's name by SHA-256", ISSUER, OCSP_SHA256 | OCSP_OTHER_NAME, DEFAULT, BAD,
     "ocsp-mismatch", 74, false},
    {"by MD5", ISSUER, OCSP_MD5, DEFAULT, BAD, "ocsp-mismatch", 74, false},
    {"about nothing", ISSUER, OCSP_NO_SINGLES, DEFAULT, BAD, "ocsp-mismatch", 74, false},
    {"something else behind it", ISSUER, OCSP_BROKEN_SINGLE, DEFAULT, BAD, "ocsp-malformed", 74,
     false},
    {"a critical extension", ISSUER, OCSP_CRITICAL, DEFAULT, BAD, "ocsp-critical-extension", 74,
     false},
    {"a critical extension in it", ISSUER, OCSP_SINGLE_CRITICAL, DEFAULT, BAD,
     "ocsp-critical-extension", 74, false},
    {"an octet too many", ISSUER, OCSP_TRAILING, DEFAULT, BAD, "ocsp-malformed", 74, false},
    {"no basic response", ISSUER, OCSP_OTHER_TYPE, DEFAULT, BAD, "ocsp-malformed", 74, false},

    {"by a delegate", DELEGATED, 0, DEFAULT, GOOD},
    {"by a delegate's key", DELEGATED, OCSP_BY_KEY, DEFAULT, GOOD},
    {"by a delegate named as the issuer", NAMED_AS_ISSUER, 0, DEFAULT, GOOD},
    {"by a delegate with nonRepudiation alone", NON_REPUDIATION, 0, DEFAULT, GOOD},
    {"not certified for it", NO_PURPOSE, 0, DEFAULT, BAD, "ocsp-responder", 74, false},
    {"certified for something else", OTHER_PURPOSE, 0, DEFAULT, BAD, "ocsp-responder", 74, false},
    {"certified for anything", ANY_PURPOSE, 0, DEFAULT, BAD, "ocsp-responder", 74, false},
    {"a key that is not for signatures", NO_SIGNATURES, 0, DEFAULT, BAD, "ocsp-responder", 74,
     false},
    {"a critical extension in a delegate's certificate", CRITICAL, 0, DEFAULT, BAD,
     "ocsp-responder", 74, false},
    {"a delegate of yesterday", EXPIRED, 0, DEFAULT, BAD, "ocsp-responder", 74, false},
    {"a delegate of tomorrow", FUTURE, 0, DEFAULT, BAD, "ocsp-responder", 74, false},
    {"a skew does not make him valid", EXPIRED, 0, 0, 0, 60, BAD, "ocsp-responder", 74, false},
    {"a delegate's last second", LAST_SECOND, 0, DEFAULT, GOOD},
    {"a delegate's first second", FIRST_SECOND, 0, DEFAULT, GOOD},
    {"a delegate of the issuer's issuer", OF_ROOT, 0, DEFAULT, BAD, "ocsp-responder", 74, false},
    {"a delegate of a stranger", OF_STRANGER, 0, DEFAULT, BAD, "ocsp-responder", 74, false},
    {"a delegate of the same name's other key", OF_NAMESAKE, 0, DEFAULT, BAD, "ocsp-responder", 74,
     false},
    {"the certificate speaks for itself", LEAF, 0, DEFAULT, BAD, "ocsp-responder", 74, false},
};

START_TEST(judges_by_the_table)
{
    struct ocsp_spec spec = spec_of(rows[_i].who);
    struct revocation_result result;
    struct fault_list faults;
    struct blob response;

    spec.shape = rows[_i].shape;
    spec.from = rows[_i].from;
    spec.until = rows[_i].until;
    response = ocsp_make(&spec);
    ask_with(&response, NULL, REVOCATION_REQUIRED, rows[_i].skew, &faults, &result);
    ck_assert_msg(result.certificates[0].state == rows[_i].state, "%s: %s", rows[_i].intent,
                  result.certificates[0].why);
    ck_assert_int_eq(result.outcome == REVOCATION_PASSED, rows[_i].state == REVOCATION_GOOD);
    ck_assert_int_eq(result.staple_good, rows[_i].state == REVOCATION_GOOD);
    if (rows[_i].why) {
        ck_assert_str_eq(faults.faults[0].code, rows[_i].why);
        ck_assert_int_eq(faults.faults[0].verify_code, rows[_i].verify_code);
    }
    ask_with(&response, NULL, REVOCATION_IF_KNOWN, rows[_i].skew, &faults, &result);
    ck_assert_msg((result.outcome == REVOCATION_PASSED) == rows[_i].is_tolerated, "%s",
                  rows[_i].intent);
    blob_free(&response);
}
END_TEST

START_TEST(a_delegate_without_his_certificate)
{
    struct ocsp_spec spec = spec_of(DELEGATED);
    struct revocation_result result;
    struct fault_list faults;
    struct blob response;

    spec.certificates[0] = NULL;
    response = ocsp_make(&spec);
    ask_with(&response, NULL, REVOCATION_IF_KNOWN, 0, &faults, &result);
    ck_assert_str_eq(faults.faults[0].code, "ocsp-responder");
    blob_free(&response);
}
END_TEST

/*
 * A response is signed with another key than that of the signer that it identifies, the issuer or a
 * delegate.
 */
START_TEST(forged_signatures)
{
    static const enum responder named[] = {ISSUER, DELEGATED};

    for (size_t i = 0; i < sizeof(named) / sizeof(*named); i++) {
        struct ocsp_spec spec = spec_of(named[i]);
        struct revocation_result result;
        struct fault_list faults;
        struct blob response;

        spec.key = world.leaf.key;
        response = ocsp_make(&spec);
        ask_with(&response, NULL, REVOCATION_IF_KNOWN, 0, &faults, &result);
        ck_assert_int_eq(result.outcome, REVOCATION_REFUSED);
        ck_assert_str_eq(faults.faults[0].code, "ocsp-signature");
        blob_free(&response);
    }
}
END_TEST

/* The delegate's certificate is found only among the first few certificates of the response. */
START_TEST(certificates_that_come_along)
{
    for (size_t before = 0; before < 8; before++) {
        struct ocsp_spec spec = spec_of(DELEGATED);
        struct revocation_result result;
        struct fault_list faults;
        struct blob response;

        for (size_t i = 0; i < before; i++)
            spec.certificates[i] = responders[NO_PURPOSE].certificate;
        spec.certificates[before] = responders[DELEGATED].certificate;
        response = ocsp_make(&spec);
        ask_with(&response, NULL, REVOCATION_IF_KNOWN, 0, &faults, &result);
        ck_assert_int_eq(result.staple_good, before < OCSP_RESPONDERS_COUNT);
        blob_free(&response);
    }
}
END_TEST

static struct crl_set *set_of(long serial, int64_t from, int64_t until)
{
    struct crl_spec spec = {.issuer = world.intermediate.certificate,
                            .key = world.intermediate.key,
                            .serial = serial,
                            .from = from,
                            .until = until,
                            .reason = -1};
    struct blob crl = crl_make(&spec);
    struct crl_set *set = NULL;

    ck_assert_int_eq(crl_set_new(&set, world.context), 0);
    ck_assert_int_eq(crl_set_add_request_der(set, crl.data, crl.len), 0);
    blob_free(&crl);
    return set;
}

START_TEST(a_revoked_delegate)
{
    struct crl_set *set = set_of(RESPONDER_SERIAL, 0, 0);
    struct ocsp_spec spec = spec_of(DELEGATED);
    struct blob response = ocsp_make(&spec);
    struct revocation_result result;
    struct fault_list faults;

    ask_with(&response, set, REVOCATION_IF_KNOWN, 0, &faults, &result);
    ck_assert_int_eq(result.outcome, REVOCATION_REFUSED);
    ck_assert_str_eq(faults.faults[0].code, "ocsp-responder-revoked");
    blob_free(&response);
    crl_set_free(set);
}
END_TEST

/*
 * A CRL and a response together: the one that revokes decides, and a good CRL does not make up for
 * an unusable response.
 */
static const struct {
    const char *intent;
    long listed;
    int64_t from, until;
    unsigned shape;
    bool has_response;
    enum revocation_state state;
} both[] = {
    {"both good", 1, 0, 0, 0, true, REVOCATION_GOOD},
    {"the CRL revokes", LEAF_SERIAL, 0, 0, 0, true, REVOCATION_REVOKED},
    {"the response revokes", 1, 0, 0, OCSP_REVOKED, true, REVOCATION_REVOKED},
    {"an old CRL, a good response", 1, 1, 2, 0, true, REVOCATION_GOOD},
    {"a good CRL, no answer", 1, 0, 0, OCSP_TRY_LATER, true, REVOCATION_GOOD},
    {"a good CRL, unknown", 1, 0, 0, OCSP_UNKNOWN, true, REVOCATION_UNUSABLE},
    {"a good CRL, another's response", 1, 0, 0, OCSP_OTHER_SERIAL, true, REVOCATION_UNUSABLE},
    {"a good CRL, no response", 1, 0, 0, 0, false, REVOCATION_GOOD},
    {"an old CRL, no answer", 1, 1, 2, OCSP_TRY_LATER, true, REVOCATION_STALE},
};

START_TEST(with_a_crl)
{
    struct crl_set *set = set_of(both[_i].listed, both[_i].from, both[_i].until);
    struct ocsp_spec spec = spec_of(ISSUER);
    struct revocation_result result;
    struct fault_list faults;
    struct blob response;

    spec.shape = both[_i].shape;
    response = ocsp_make(&spec);
    ask_with(both[_i].has_response ? &response : NULL, set, REVOCATION_REQUIRED, 0, &faults,
             &result);
    ck_assert_msg(result.certificates[0].state == both[_i].state, "%s: %s", both[_i].intent,
                  result.certificates[0].why);
    ck_assert_int_eq(result.outcome == REVOCATION_PASSED, both[_i].state == REVOCATION_GOOD);
    blob_free(&response);
    crl_set_free(set);
}
END_TEST

START_TEST(nothing_and_too_much)
{
    uint8_t *large = calloc(1, OCSP_BYTES + 1);
    struct blob empty = {.data = large, .len = 0}, full = {.data = large, .len = OCSP_BYTES + 1};
    struct revocation_result result;
    struct fault_list faults;

    ck_assert_ptr_nonnull(large);
    ask_with(&empty, NULL, REVOCATION_IF_KNOWN, 0, &faults, &result);
    ck_assert_str_eq(faults.faults[0].code, "ocsp-malformed");
    ask_with(&full, NULL, REVOCATION_IF_KNOWN, 0, &faults, &result);
    ck_assert_str_eq(faults.faults[0].code, "ocsp-malformed");
    free(large);
}
END_TEST

START_TEST(windows_to_the_second)
{
    struct ocsp_spec spec = spec_of(ISSUER);
    struct revocation_result result;
    struct fault_list faults;
    struct blob response;

    spec.from = NOW - 100;
    spec.until = NOW + 200;
    response = ocsp_make(&spec);
    ask_with(&response, NULL, REVOCATION_REQUIRED, 30, &faults, &result);
    ck_assert_int_eq(result.from, NOW - 130);
    ck_assert_int_eq(result.until, NOW + 200);
    blob_free(&response);

    spec = spec_of(LAST_SECOND);
    response = ocsp_make(&spec);
    ask_with(&response, NULL, REVOCATION_REQUIRED, 0, &faults, &result);
    ck_assert_int_eq(result.outcome, REVOCATION_PASSED);
    ck_assert_int_eq(result.from, NOW - DAY);
    ck_assert_int_eq(result.until, NOW);
    blob_free(&response);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("ocsp");
    TCase *cases = tcase_create("ocsp");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_unchecked_fixture(cases, set_up, tear_down);
    tcase_set_timeout(cases, 60);
    tcase_add_loop_test(cases, judges_by_the_table, 0, sizeof(rows) / sizeof(*rows));
    tcase_add_test(cases, a_delegate_without_his_certificate);
    tcase_add_test(cases, forged_signatures);
    tcase_add_test(cases, certificates_that_come_along);
    tcase_add_test(cases, a_revoked_delegate);
    tcase_add_loop_test(cases, with_a_crl, 0, sizeof(both) / sizeof(*both));
    tcase_add_test(cases, nothing_and_too_much);
    tcase_add_test(cases, windows_to_the_second);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
