/* SPDX-License-Identifier: MIT */

/*
 * Tests that changed CRLs and responses never make a certificate good, and how much time hostile
 * ones may take.
 */

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/unit/x509/revocation_fixture.h"

static struct world world;
static struct party delegate;

static void set_up(void)
{
    struct party_spec spec = {.name = "Responder", .serial = 500, .extended_usage = "OCSPSigning"};

    world_init(&world);
    delegate = party_make(&spec, NULL, &world.intermediate);
}

static void tear_down(void)
{
    party_free(&delegate);
    world_deinit(&world);
}

static const uint8_t masks[] = {0x01, 0x80, 0xff};

/* Returns the outcome for the end entity with this CRL if revocation is required. */
static enum revocation_outcome ask_crl(const struct blob *crl, int *addedp)
{
    struct crl_set *set = NULL;
    struct revocation_question question = {
        .path = world.path, .n = 2, .time = NOW, .mode = REVOCATION_REQUIRED, .n_sets = 1};
    struct revocation_result result;
    struct fault_list faults = {0};
    const struct crl_set *sets[1];

    ck_assert_int_eq(crl_set_new(&set, world.context), 0);
    *addedp = crl_set_add_request_der(set, crl->data, crl->len);
    sets[0] = set;
    question.sets = sets;
    ck_assert_int_eq(revocation_check(world.context, &question, &faults, &result), 0);
    crl_set_free(set);
    return result.outcome;
}

/*
 * A CRL that lists another certificate makes the end entity good, but not with any octet of the CRL
 * changed.
 */
START_TEST(each_octet_of_a_crl)
{
    struct crl_spec spec = {.issuer = world.intermediate.certificate,
                            .key = world.intermediate.key,
                            .shape = CRL_AUTHORITY,
                            .serial = 9,
                            .reason = 1,
                            .point = LEAF_POINT};
    struct blob crl = crl_make(&spec);
    int added;

    ck_assert_int_eq(ask_crl(&crl, &added), REVOCATION_PASSED);
    for (size_t i = 0; i < crl.len; i++) {
        for (size_t j = 0; j < sizeof(masks); j++) {
            crl.data[i] ^= masks[j];
            ck_assert_msg(ask_crl(&crl, &added) == REVOCATION_REFUSED, "octet %zu", i);
            ck_assert(added == 0 || added == CRL_INVALID);
            crl.data[i] ^= masks[j];
        }
    }
    ck_assert_int_eq(ask_crl(&crl, &added), REVOCATION_PASSED);
    blob_free(&crl);
}
END_TEST

static bool ask_staple(const struct blob *response)
{
    struct revocation_question question = {.path = world.path,
                                           .n = 2,
                                           .time = NOW,
                                           .mode = REVOCATION_REQUIRED,
                                           .has_ocsp = true,
                                           .ocsp = response->data,
                                           .n_ocsp = response->len};
    struct revocation_result result;
    struct fault_list faults = {0};

    ck_assert_int_eq(revocation_check(world.context, &question, &faults, &result), 0);
    ck_assert_int_eq(result.staple_good, result.outcome == REVOCATION_PASSED);
    return result.staple_good;
}

static const struct party *const signers[] = {&world.intermediate, &delegate};

/*
 * A response of the issuer, or of a delegate whose certificate is part of the response, makes the
 * end entity good, but not with any octet changed.
 */
START_TEST(each_octet_of_a_response)
{
    struct ocsp_spec spec = {.certificate = world.leaf.certificate,
                             .issuer = world.intermediate.certificate,
                             .responder = signers[_i],
                             .shape = OCSP_OTHERS_TOO,
                             .certificates = {signers[_i]->certificate}};
    struct blob response;

    if (_i == 0)
        spec.certificates[0] = NULL;
    response = ocsp_make(&spec);
    ck_assert(ask_staple(&response));
    for (size_t i = 0; i < response.len; i++) {
        for (size_t j = 0; j < sizeof(masks); j++) {
            response.data[i] ^= masks[j];
            ck_assert_msg(!ask_staple(&response), "octet %zu", i);
            response.data[i] ^= masks[j];
        }
    }
    for (size_t len = 0; len < response.len; len++) {
        struct blob prefix = blob_copy(response.data, len);

        ck_assert_msg(!ask_staple(&prefix), "%zu octets", len);
        blob_free(&prefix);
    }
    ck_assert(ask_staple(&response));
    blob_free(&response);
}
END_TEST

/* Octets are inserted and removed at every place. */
START_TEST(octets_more_and_less)
{
    struct ocsp_spec spec = {.certificate = world.leaf.certificate,
                             .issuer = world.intermediate.certificate,
                             .responder = &world.intermediate};
    struct blob response = ocsp_make(&spec);

    for (size_t i = 0; i < response.len; i++) {
        struct blob less = blob_copy(response.data, response.len), more;

        memmove(less.data + i, less.data + i + 1, less.len - i - 1);
        less.len--;
        ck_assert(!ask_staple(&less));
        blob_free(&less);
        more = (struct blob){.data = malloc(response.len + 1), .len = response.len + 1};
        ck_assert_ptr_nonnull(more.data);
        memcpy(more.data, response.data, i);
        more.data[i] = 0;
        memcpy(more.data + i + 1, response.data + i, response.len - i);
        ck_assert(!ask_staple(&more));
        blob_free(&more);
    }
    blob_free(&response);
}
END_TEST

/* Returns Check's factor for time limits, which is set where programs run slower. */
static double slowness(void)
{
    const char *multiplier = getenv("CK_TIMEOUT_MULTIPLIER");

    return multiplier ? strtod(multiplier, NULL) : 1;
}

static double cpu_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/*
 * The most that a request can bring: 16 CRLs with the issuer's name by another key, and a response
 * full of certificates. Judging them takes less than the 100 ms of a verification, except with
 * sanitizers.
 */
START_TEST(the_most_a_request_can_bring)
{
    struct crl_spec spec = {.issuer = world.intermediate.certificate,
                            .key = world.namesake.key,
                            .n_others = 400,
                            .reason = 1,
                            .point = LEAF_POINT};
    struct ocsp_spec ocsp = {.certificate = world.leaf.certificate,
                             .issuer = world.intermediate.certificate,
                             .responder = &delegate,
                             .key = world.stranger.key};
    struct crl_set *set = NULL;
    const struct crl_set *sets[1];
    struct revocation_question question = {.path = world.path,
                                           .n = 3,
                                           .time = NOW,
                                           .mode = REVOCATION_IF_KNOWN,
                                           .sets = sets,
                                           .n_sets = 1,
                                           .has_ocsp = true};
    struct blob crls[CRL_REQUEST_COUNT], response;
    struct revocation_result result;
    struct fault_list faults = {0};
    double begin;

    for (size_t i = 0; i < CRL_REQUEST_COUNT; i++) {
        spec.serial = (long)i + 1;
        crls[i] = crl_make(&spec);
    }
    for (size_t i = 0; i < 8; i++)
        ocsp.certificates[i] = delegate.certificate;
    response = ocsp_make(&ocsp);
    question.ocsp = response.data;
    question.n_ocsp = response.len;

    begin = cpu_ms();
    ck_assert_int_eq(crl_set_new(&set, world.context), 0);
    for (size_t i = 0; i < CRL_REQUEST_COUNT; i++)
        ck_assert_int_eq(crl_set_add_request_der(set, crls[i].data, crls[i].len), 0);
    sets[0] = set;
    ck_assert_int_eq(revocation_check(world.context, &question, &faults, &result), 0);
    ck_assert_msg(cpu_ms() - begin < 100 * slowness(), "%.1f ms", cpu_ms() - begin);
    ck_assert_int_eq(result.outcome, REVOCATION_REFUSED);
    crl_set_free(set);
    blob_free(&response);
    for (size_t i = 0; i < CRL_REQUEST_COUNT; i++)
        blob_free(&crls[i]);
}
END_TEST

/* With eight times as many entries a CRL takes about eight times as long. */
START_TEST(entries_cost_what_they_are)
{
    static const size_t sizes[] = {5000, 40000};
    double spent[2];

    for (size_t i = 0; i < 2; i++) {
        struct crl_spec spec = {.issuer = world.intermediate.certificate,
                                .key = world.intermediate.key,
                                .n_others = sizes[i],
                                .reason = 1};
        struct blob crl = crl_make(&spec);
        char path[] = "/tmp/certnamed-crl-XXXXXX";
        int fd = mkstemp(path);
        struct crl_set *set = NULL;
        double begin;

        ck_assert_int_ge(fd, 0);
        ck_assert_int_eq(write(fd, crl.data, crl.len), (ssize_t)crl.len);
        close(fd);
        ck_assert_int_eq(crl_set_new(&set, world.context), 0);
        begin = cpu_ms();
        ck_assert_int_eq(crl_set_load_path(set, path), 0);
        spent[i] = cpu_ms() - begin;
        unlink(path);
        crl_set_free(set);
        blob_free(&crl);
    }
    ck_assert_msg(spent[1] < spent[0] * 32 + 20 * slowness(), "%.1f ms, %.1f ms", spent[0],
                  spent[1]);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("revocation-hostile");
    TCase *cases = tcase_create("revocation-hostile");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_unchecked_fixture(cases, set_up, tear_down);
    tcase_set_timeout(cases, 300);
    tcase_add_test(cases, each_octet_of_a_crl);
    tcase_add_loop_test(cases, each_octet_of_a_response, 0, 2);
    tcase_add_test(cases, octets_more_and_less);
    tcase_add_test(cases, the_most_a_request_can_bring);
    tcase_add_test(cases, entries_cost_what_they_are);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
