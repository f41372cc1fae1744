/* SPDX-License-Identifier: MIT */

/*
 * Fails each allocation that libcrypto makes for a question, alone or with all later ones. A
 * certificate that is revoked, or not known to be good although that is required, never passes. A
 * good one passes again once there is memory.
 */

#include <check.h>
#include <stdlib.h>

#include <openssl/crypto.h>

#include "tests/unit/x509/revocation_fixture.h"

/*
 * The number of allocations since the last reset, and the numbers of the first and the last one
 * that fail.
 */
static unsigned long n_asked, first_failing = -1UL, last_failing;

static bool is_failing(void)
{
    n_asked++;
    return n_asked >= first_failing && n_asked <= last_failing;
}

static void *allocate(size_t len, const char *file, int line)
{
    (void)file;
    (void)line;
    return is_failing() ? NULL : malloc(len);
}

static void *reallocate(void *data, size_t len, const char *file, int line)
{
    (void)file;
    (void)line;
    if (len == 0) {
        free(data);
        return NULL;
    }
    return is_failing() ? NULL : realloc(data, len);
}

static void release(void *data, const char *file, int line)
{
    (void)file;
    (void)line;
    free(data);
}

static struct world world;
static struct party delegate;

static void set_up(void)
{
    struct party_spec spec = {.name = "Responder", .serial = 500, .extended_usage = "OCSPSigning"};

    world_init(&world);
    /* The context has installed functions of its own that watch allocations. It installs them only
     * once, so these replace them. */
    ck_assert_int_eq(CRYPTO_set_mem_functions(allocate, reallocate, release), 1);
    delegate = party_make(&spec, NULL, &world.intermediate);
}

static void tear_down(void)
{
    party_free(&delegate);
    world_deinit(&world);
}

static const struct {
    const char *intent;
    long listed;
    bool is_forged; /* the CRL has a wrong signature */
    bool has_response;
    unsigned shape;
    bool passes;
} rows[] = {
    {"a good CRL", 1, false, false, 0, true},
    {"a CRL that revokes", LEAF_SERIAL, false, false, 0, false},
    {"a forged CRL", 1, true, false, 0, false},
    {"a good response of a delegate", 1, false, true, 0, true},
    {"a good CRL and a response that revokes", 1, false, true, OCSP_REVOKED, false},
    {"a CRL that revokes the delegate", 500, false, true, 0, false},
};

/* Asks with a new set, so that no signature is remembered from earlier calls. */
static int ask(const struct blob *crl, const struct blob *response, unsigned long first,
               unsigned long last, struct revocation_result *result)
{
    struct crl_set *set = NULL;
    const struct crl_set *sets[1];
    struct revocation_question question = {.path = world.path,
                                           .n = 2,
                                           .time = NOW,
                                           .mode = REVOCATION_REQUIRED,
                                           .sets = sets,
                                           .n_sets = 1,
                                           .has_ocsp = response != NULL,
                                           .ocsp = response ? response->data : NULL,
                                           .n_ocsp = response ? response->len : 0};
    struct fault_list faults = {0};
    int r;

    ck_assert_int_eq(crl_set_new(&set, world.context), 0);
    ck_assert_int_eq(crl_set_add_request_der(set, crl->data, crl->len), 0);
    sets[0] = set;
    n_asked = 0;
    first_failing = first;
    last_failing = last;
    r = revocation_check(world.context, &question, &faults, result);
    first_failing = -1UL;
    crl_set_free(set);
    return r;
}

START_TEST(refuses_whatever_fails)
{
    struct crl_spec crl_spec = {.issuer = world.intermediate.certificate,
                                .key = rows[_i].is_forged ? world.namesake.key
                                                          : world.intermediate.key,
                                .serial = rows[_i].listed,
                                .reason = -1};
    struct ocsp_spec ocsp_spec = {.certificate = world.leaf.certificate,
                                  .issuer = world.intermediate.certificate,
                                  .responder = &delegate,
                                  .shape = rows[_i].shape,
                                  .certificates = {delegate.certificate}};
    struct blob crl = crl_make(&crl_spec), made = ocsp_make(&ocsp_spec);
    const struct blob *response = rows[_i].has_response ? &made : NULL;
    struct revocation_result result;
    /* Where programs run slower, only every 17th allocation is tried. */
    unsigned long n_needed, step = getenv("CK_TIMEOUT_MULTIPLIER") ? 17 : 1;

    /* libcrypto loads each algorithm at its first use; the daemon has loaded them before the first
     * question. */
    ck_assert_int_eq(ask(&crl, response, -1UL, 0, &result), 0);
    ck_assert_int_eq(ask(&crl, response, -1UL, 0, &result), 0);
    ck_assert_int_eq(result.outcome == REVOCATION_PASSED, rows[_i].passes);
    n_needed = n_asked;
    ck_assert_uint_gt(n_needed, 20);
    for (unsigned long n = 1; n <= n_needed; n += step) {
        for (int alone = 0; alone < 2; alone++) {
            int r = ask(&crl, response, n, alone ? n : -1UL, &result);

            ck_assert_msg(rows[_i].passes || result.outcome == REVOCATION_REFUSED, "%s, %lu",
                          rows[_i].intent, n);
            ck_assert_msg(r == 0 || result.outcome == REVOCATION_REFUSED, "%s, %lu",
                          rows[_i].intent, n);
        }
        ck_assert_int_eq(ask(&crl, response, -1UL, 0, &result), 0);
        ck_assert_msg((result.outcome == REVOCATION_PASSED) == rows[_i].passes, "%s, after %lu",
                      rows[_i].intent, n);
    }
    blob_free(&crl);
    blob_free(&made);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("revocation-memory");
    TCase *cases = tcase_create("revocation-memory");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_unchecked_fixture(cases, set_up, tear_down);
    tcase_set_timeout(cases, 120);
    tcase_add_loop_test(cases, refuses_whatever_fails, 0, sizeof(rows) / sizeof(*rows));
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
