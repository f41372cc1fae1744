/* SPDX-License-Identifier: MIT */

/*
 * Tests which certificates demand a stapled response, and for which certificate a response counts.
 */

#include <check.h>
#include <stdlib.h>

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

static void ask_path(X509 *const *path, size_t n, const struct blob *response,
                     enum revocation_mode mode, struct fault_list *faults,
                     struct revocation_result *result)
{
    struct revocation_question question = {.path = path,
                                           .n = n,
                                           .time = NOW,
                                           .mode = mode,
                                           .has_ocsp = response != NULL,
                                           .ocsp = response ? response->data : NULL,
                                           .n_ocsp = response ? response->len : 0};

    *faults = (struct fault_list){0};
    ck_assert_int_eq(revocation_check(world.context, &question, faults, result), 0);
}

/* RFC 7633: extensions that demand a response, or not. Only a good response satisfies them. */
static const struct {
    const char *intent;
    const char *leaf, *issuer;
    bool must;
} features[] = {
    {"nothing", NULL, NULL, false},
    {"status_request", "status_request", NULL, true},
    {"status_request_v2", "status_request_v2", NULL, true},
    {"another feature", "DER:3003020110", NULL, false},
    {"another and status_request", "DER:3006020110020105", NULL, true},
    {"no features", "DER:3000", NULL, false},
    {"not a list", "DER:0500", NULL, true},
    {"a list of something else", "DER:30020500", NULL, true},
    {"the issuer asks for it", NULL, "status_request", true},
};

START_TEST(must_staple)
{
    struct party_spec issuer_spec = {.name = "Issuer",
                                     .serial = 5,
                                     .constraints = "critical,CA:TRUE",
                                     .tls_feature = features[_i].issuer};
    struct party_spec leaf_spec = {.name = "leaf", .serial = 6, .tls_feature = features[_i].leaf};
    struct party issuer = party_make(&issuer_spec, NULL, NULL);
    struct party leaf = party_make(&leaf_spec, NULL, &issuer);
    X509 *path[] = {leaf.certificate, issuer.certificate};
    struct ocsp_spec good = {
        .certificate = leaf.certificate, .issuer = issuer.certificate, .responder = &issuer};
    struct ocsp_spec old = good, later = good;
    struct blob responses[3];
    struct revocation_result result;
    struct fault_list faults;

    old.from = 1;
    old.until = 2;
    later.shape = OCSP_TRY_LATER;
    responses[0] = ocsp_make(&good);
    responses[1] = ocsp_make(&old);
    responses[2] = ocsp_make(&later);
    for (int i = -1; i < 3; i++) {
        bool refused = features[_i].must && i != 0;

        ask_path(path, 2, i < 0 ? NULL : &responses[i], REVOCATION_IF_KNOWN, &faults, &result);
        ck_assert_msg((result.outcome == REVOCATION_PASSED) == !refused, "%s, %d",
                      features[_i].intent, i);
        if (refused) {
            ck_assert_uint_eq(faults.n, 1);
            ck_assert_str_eq(faults.faults[0].code, "must-staple");
            ck_assert_int_eq(faults.faults[0].verify_code, 73);
        }
    }
    ask_path(path, 2, NULL, REVOCATION_OFF, &faults, &result);
    ck_assert_int_eq(result.outcome, REVOCATION_SKIPPED);
    for (int i = 0; i < 3; i++)
        blob_free(&responses[i]);
    party_free(&leaf);
    party_free(&issuer);
}
END_TEST

/* A path that consists of an anchor alone has no issuer that could revoke it or answer for it. */
START_TEST(an_anchor_alone)
{
    struct party_spec spec = {.name = "own", .serial = 6, .tls_feature = "status_request"};
    struct party own = party_make(&spec, NULL, NULL);
    struct revocation_result result;
    struct fault_list faults;

    ask_path(&world.path[2], 1, NULL, REVOCATION_REQUIRED, &faults, &result);
    ck_assert_int_eq(result.outcome, REVOCATION_PASSED);
    ask_path(&own.certificate, 1, NULL, REVOCATION_REQUIRED, &faults, &result);
    ck_assert_int_eq(result.outcome, REVOCATION_REFUSED);
    ck_assert_str_eq(faults.faults[0].code, "must-staple");
    party_free(&own);
}
END_TEST

/* The stapled response says nothing about the intermediate. */
START_TEST(a_response_is_for_the_leaf_alone)
{
    struct ocsp_spec spec = {.certificate = world.leaf.certificate,
                             .issuer = world.intermediate.certificate,
                             .responder = &world.intermediate};
    struct blob response = ocsp_make(&spec);
    struct revocation_result result;
    struct fault_list faults;

    ask_path(world.path, 3, &response, REVOCATION_REQUIRED, &faults, &result);
    ck_assert_int_eq(result.outcome, REVOCATION_REFUSED);
    ck_assert_uint_eq(faults.n, 1);
    ck_assert_uint_eq(faults.faults[0].depth, 1);
    ck_assert(result.staple_good);
    blob_free(&response);
}
END_TEST

/*
 * A response without nextUpdate satisfies a must-staple in the mode REVOCATION_IF_KNOWN and not in
 * REVOCATION_REQUIRED.
 */
START_TEST(must_staple_without_an_end)
{
    struct party_spec issuer_spec = {
        .name = "Issuer", .serial = 5, .constraints = "critical,CA:TRUE"};
    struct party_spec leaf_spec = {.name = "leaf", .serial = 6, .tls_feature = "status_request"};
    struct party issuer = party_make(&issuer_spec, NULL, NULL);
    struct party leaf = party_make(&leaf_spec, NULL, &issuer);
    X509 *path[] = {leaf.certificate, issuer.certificate};
    struct ocsp_spec spec = {.certificate = leaf.certificate,
                             .issuer = issuer.certificate,
                             .responder = &issuer,
                             .shape = OCSP_NO_END};
    struct blob response = ocsp_make(&spec);
    struct revocation_question question = {.path = path,
                                           .n = 2,
                                           .time = NOW,
                                           .mode = REVOCATION_IF_KNOWN,
                                           .has_ocsp = true,
                                           .ocsp = response.data,
                                           .n_ocsp = response.len,
                                           .ocsp_max_age_s = 7 * DAY};
    struct revocation_result result;
    struct fault_list faults = {0};

    ck_assert_int_eq(revocation_check(world.context, &question, &faults, &result), 0);
    ck_assert_int_eq(result.outcome, REVOCATION_PASSED);
    question.mode = REVOCATION_REQUIRED;
    ck_assert_int_eq(revocation_check(world.context, &question, &faults, &result), 0);
    ck_assert_int_ne(result.outcome, REVOCATION_PASSED);
    question.mode = REVOCATION_IF_KNOWN;
    question.ocsp_max_age_s = 0;
    question.time = NOW + 2 * DAY;
    ck_assert_int_eq(revocation_check(world.context, &question, &faults, &result), 0);
    ck_assert_int_ne(result.outcome, REVOCATION_PASSED);
    blob_free(&response);
    party_free(&leaf);
    party_free(&issuer);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("ocsp-staple");
    TCase *cases = tcase_create("ocsp-staple");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_unchecked_fixture(cases, set_up, tear_down);
    tcase_set_timeout(cases, 60);
    tcase_add_loop_test(cases, must_staple, 0, sizeof(features) / sizeof(*features));
    tcase_add_test(cases, must_staple_without_an_end);
    tcase_add_test(cases, an_anchor_alone);
    tcase_add_test(cases, a_response_is_for_the_leaf_alone);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
