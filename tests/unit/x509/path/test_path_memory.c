/* SPDX-License-Identifier: MIT */

/*
 * Lets each allocation of a question fail, libcrypto's and ours, alone or with all later ones. A
 * path that is refused with enough memory is never accepted without, and a valid path is accepted
 * again afterwards.
 */

#include <check.h>
#include <stdlib.h>

#include <openssl/crypto.h>

#include "tests/unit/x509/path_fixture.h"

/*
 * n_asked counts the allocations since it was set to 0; those from first_failing to last_failing
 * fail.
 */
static unsigned long n_asked, first_failing = -1UL, last_failing;

static bool is_failing(void)
{
    n_asked++;
    return n_asked >= first_failing && n_asked <= last_failing;
}

/* The linker makes the static libraries of this program call these functions instead of libc's. */
void *__real_malloc(size_t len);
void *__real_calloc(size_t n, size_t len);
void *__wrap_malloc(size_t len);
void *__wrap_calloc(size_t n, size_t len);

void *__wrap_malloc(size_t len)
{
    return is_failing() ? NULL : __real_malloc(len);
}

void *__wrap_calloc(size_t n, size_t len)
{
    return is_failing() ? NULL : __real_calloc(n, len);
}

/* The functions that libcrypto allocates with. */
static void *allocate(size_t len, const char *file, int line)
{
    (void)file;
    (void)line;
    return is_failing() ? NULL : __real_malloc(len);
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

/*
 * Makes the leak check ignore libcrypto, which leaks if memory runs out while it registers names.
 */
const char *__lsan_default_suppressions(void);

__attribute__((visibility("default"))) const char *__lsan_default_suppressions(void)
{
    return "leak:libcrypto";
}

static struct x509_context *context;
static struct path_engine *engine;
static struct path_family family;

static void set_up(void)
{
    ck_assert_int_eq(x509_context_new(&context), 0);
    ck_assert_int_eq(path_engine_new(&engine, context), 0);
    path_family_init(&family, "P-256");
}

static void tear_down(void)
{
    path_family_deinit(&family);
    engine = path_engine_free(engine);
    context = x509_context_free(context);
}

/* Returns whether the question is accepted while the allocations from `first` to `last` fail. */
static bool is_accepted(const struct path_question *question, unsigned long first,
                        unsigned long last)
{
    struct path_result result;
    bool accepted;
    int r;

    n_asked = 0;
    first_failing = first;
    last_failing = last;
    r = path_validate(engine, question, &result);
    accepted = result.outcome == PATH_VALID;
    first_failing = -1UL;
    ck_assert(r == 0 || !accepted);
    path_result_deinit(&result);
    return accepted;
}

static void starve(const char *intent, const struct path_question *question, bool expected)
{
    unsigned long n;

    ck_assert_msg(is_accepted(question, -1UL, 0) == expected, "%s", intent);
    n = n_asked;
    ck_assert_uint_gt(n, 0);
    for (unsigned long i = 1; i <= n; i++) {
        bool alone = is_accepted(question, i, i);
        bool all = i % 5 == 0 && is_accepted(question, i, -2UL);

        ck_assert_msg(expected || (!alone && !all), "%s: without allocation %lu of %lu", intent, i,
                      n);
    }
    ck_assert_msg(is_accepted(question, -1UL, 0) == expected, "%s: afterwards", intent);
}

static struct bytes excluding, revoked, expired, forged, misused;

/* Makes certificates that have one defect each. */
static void make_bad(void)
{
    const struct path_extension names[] = {
        {NID_name_constraints, "excluded;DNS:example.com", NULL, NULL, 0, true}};
    const struct path_extension usage[] = {{NID_ext_key_usage, "clientAuth", NULL, NULL, 0, false}};
    struct path_recipe issuer = {.subject = "Issuer",
                                 .issuer = "Root",
                                 .is_ca = true,
                                 .key = family.issuer_key,
                                 .issuer_key = family.root_key,
                                 .extensions = names,
                                 .n_extensions = 1};
    struct path_recipe leaf = {.subject = "www.example.com",
                               .issuer = "Issuer",
                               .key = family.leaf_key,
                               .issuer_key = family.issuer_key};
    struct path_recipe bad = leaf;

    excluding = path_make(&issuer);
    bad.until = FIXTURE_NOW - 1;
    expired = path_make(&bad);
    bad = leaf;
    bad.issuer_key = family.leaf_key;
    bad.named_key = family.issuer_key;
    forged = path_make(&bad);
    bad = leaf;
    bad.extensions = usage;
    bad.n_extensions = 1;
    misused = path_make(&bad);
    bad = leaf;
    bad.serial = 666;
    revoked = path_make(&bad);
}

/* Makes a CRL of the issuer that lists one certificate. */
static struct bytes make_crl(void)
{
    X509_CRL *crl = X509_CRL_new();
    X509_REVOKED *entry = X509_REVOKED_new();
    X509_NAME *name = X509_NAME_new();
    ASN1_TIME *time = ASN1_TIME_set(NULL, (time_t)FIXTURE_NOW - 60);
    ASN1_INTEGER *number = ASN1_INTEGER_new();
    unsigned char *der = NULL;
    int len;

    ck_assert(crl && entry && name && time && number);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const unsigned char *)"Issuer", -1, -1,
                               0);
    X509_CRL_set_version(crl, X509_CRL_VERSION_2);
    X509_CRL_set_issuer_name(crl, name);
    X509_CRL_set1_lastUpdate(crl, time);
    ASN1_INTEGER_set(number, 666);
    X509_REVOKED_set_serialNumber(entry, number);
    X509_REVOKED_set_revocationDate(entry, time);
    X509_CRL_add0_revoked(crl, entry);
    X509_CRL_add1_ext_i2d(crl, NID_crl_number, number, 0, 0);
    ASN1_TIME_set(time, (time_t)FIXTURE_NOW + 60);
    X509_CRL_set1_nextUpdate(crl, time);
    ck_assert_int_gt(X509_CRL_sign(crl, family.issuer_key, EVP_sha256()), 0);
    len = i2d_X509_CRL(crl, &der);
    ck_assert_int_gt(len, 0);
    ASN1_INTEGER_free(number);
    ASN1_TIME_free(time);
    X509_NAME_free(name);
    X509_CRL_free(crl);
    return (struct bytes){.data = der, .len = (size_t)len};
}

START_TEST(nothing_bad_is_accepted_for_want_of_memory)
{
    struct bytes crl = make_crl();
    struct crl_set *set = NULL;
    const struct crl_set *sets[1];
    const struct store *store = family.store;

    make_bad();
    ck_assert_int_eq(crl_set_new(&set, context), 0);
    ck_assert_int_eq(crl_set_add_request_der(set, crl.data, crl.len), 0);
    sets[0] = set;
    {
        const struct {
            const char *intent;
            struct bytes certificates[2];
            bool with_crl, expected;
        } rows[] = {
            {"a sound path", {family.leaf, family.issuer}, false, true},
            {"not on the CRL", {family.leaf, family.issuer}, true, true},
            {"on the CRL", {revoked, family.issuer}, true, false},
            {"an excluded name", {family.leaf, excluding}, false, false},
            {"expired", {expired, family.issuer}, false, false},
            {"forged", {forged, family.issuer}, false, false},
            {"for a client", {misused, family.issuer}, false, false},
            {"no intermediate", {family.leaf, family.root}, false, false},
        };

        for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
            struct path_question question = path_ask(rows[i].certificates, 2, &store, 1);

            question.crls = sets;
            question.n_crls = rows[i].with_crl ? 1 : 0;
            /* The other rows run with whatever the cache has from earlier rows. */
            if (i % 3 == 0) {
                engine = path_engine_free(engine);
                ck_assert_int_eq(path_engine_new(&engine, context), 0);
            }
            starve(rows[i].intent, &question, rows[i].expected);
        }
    }
    crl_set_free(set);
    path_drop(crl);
    path_drop(excluding);
    path_drop(revoked);
    path_drop(expired);
    path_drop(forged);
    path_drop(misused);
}
END_TEST

/* An engine and a store are made completely or not at all. */
START_TEST(nothing_is_half_made)
{
    for (unsigned long i = 1, n = 1; i <= n; i++) {
        struct path_engine *other = NULL;
        struct store *store = NULL;
        int fault, r;

        n_asked = 0;
        first_failing = last_failing = i;
        r = store_new(&store, "test", true);
        if (r == 0)
            r = store_add(store, family.root.data, family.root.len, &fault);
        if (r == 0)
            r = path_engine_new(&other, context);
        if (r == 0)
            r = path_engine_warm(other, store);
        first_failing = -1UL;
        ck_assert_int_le(r, 0);
        n = n_asked;
        path_engine_free(other);
        store_free(store);
        if (i > 2000)
            break;
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("path-memory");
    TCase *tcase = tcase_create("memory");
    SRunner *runner;
    int n_failed;

    if (CRYPTO_set_mem_functions(allocate, reallocate, release) != 1)
        return EXIT_FAILURE;
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_set_timeout(tcase, 600);
    tcase_add_test(tcase, nothing_bad_is_accepted_for_want_of_memory);
    tcase_add_test(tcase, nothing_is_half_made);
    suite_add_tcase(suite, tcase);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
