/* SPDX-License-Identifier: MIT */

/*
 * Tests that checking a path ends, leaks nothing, and never turns a failure into an acceptance,
 * with random changes to certificates and when memory runs out.
 */

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/err.h>

#include "daemon/x509/path/constraints.h"
#include "daemon/x509/path/profile.h"
#include "tests/unit/x509/x509_fixture.h"

#define NOW     1704067200
#define MUTANTS 4000

/* The number of allocations until one fails; 0: none fails. */
static size_t countdown;

static bool fails_now(void)
{
    return countdown > 0 && --countdown == 0;
}

static void *allocate(size_t size, const char *file, int line)
{
    (void)file;
    (void)line;
    return fails_now() ? NULL : malloc(size);
}

void *__real_realloc(void *data, size_t size);
void *__wrap_realloc(void *data, size_t size);

/* The linker makes daemon/x509 call this function instead of libc's (--wrap). */
void *__wrap_realloc(void *data, size_t size)
{
    return fails_now() ? NULL : __real_realloc(data, size);
}

static void *reallocate(void *data, size_t size, const char *file, int line)
{
    (void)file;
    (void)line;
    return fails_now() ? NULL : __real_realloc(data, size);
}

static void release(void *data, const char *file, int line)
{
    (void)file;
    (void)line;
    free(data);
}

/* Edits for valid certificates that have every extension. */
static const char leaf_edits[] =
    "subject=CN:example.com/O:a/E:a@b.example "
    "san=dns:example.com,dns:*.example.org,email:a@b.example,uri:http://b.example/,ip:c0000201,"
    "dn:CN:x/O:y,smtp:a@b.example,other aia=3013301106082b060105050730028605687474703a "
    "cp=3008300606042a030405 tls=3003020105 "
    "signature=304106092a864886f70d01010a3034a00f300d06096086480165030402010500a11c301a"
    "06092a864886f70d010108300d06096086480165030402010500a203020120";
static const char ca_edits[] =
    "nc=!permit,dns:example.com,dns:example.org,email:b.example,uri:b.example,ip:c0000200ffffff00,"
    "dn:CN:example.com,dn:CN:x,exclude,dns:a.example.com,dn:CN:y "
    "aki=3017800111a10fa40d300b3109300706035504030c00820101";

struct judged {
    int r; /* the first result other than 0 */
    struct fault_list faults;
};

/* Reads the facts of a path of two certificates and checks the path in every way. */
static struct judged judge(X509 *leaf, const uint8_t *leaf_der, size_t leaf_len,
                           const struct fixture *ca)
{
    struct constraints_options names = {.budget = CONSTRAINTS_COMPARISONS_COUNT,
                                        .common_name = true};
    struct profile_options options = {
        .profiles = PROFILE_WEBPKI, .purpose = PURPOSE_SERVER, .time = NOW, .max_depth = -1};
    struct judged judged = {0};
    struct facts facts[2];
    const struct facts *path[2] = {&facts[0], &facts[1]};
    int r[2];

    r[0] = facts_init(&facts[0], leaf, leaf_der, leaf_len);
    r[1] = facts_init(&facts[1], ca->x509, ca->der, ca->len);
    judged.r = r[0] ? r[0] : r[1];
    if (!judged.r)
        judged.r = constraints_check(path, 2, &names, &judged.faults);
    if (!judged.r)
        judged.r = profile_check(&options, path, 2, &judged.faults);
    facts_deinit(&facts[0]);
    facts_deinit(&facts[1]);
    return judged;
}

/* Fails each allocation in turn. The result is -ENOMEM, or the same as with enough memory. */
static void starve(const char *leaf_text, const char *ca_text, size_t n_faults)
{
    struct fixture leaf, ca;
    bool starved = true;
    size_t n = 0;

    fixture_init(&leaf, FIXTURE_LEAF, leaf_text);
    fixture_init(&ca, FIXTURE_CA, ca_text);
    while (starved) {
        struct judged judged;

        countdown = ++n;
        judged = judge(leaf.x509, leaf.der, leaf.len, &ca);
        starved = countdown == 0;
        countdown = 0;
        ck_assert_msg(judged.r == -ENOMEM || (judged.r == 0 && judged.faults.n == n_faults),
                      "allocation %zu: %d, %zu faults, first %s", n, judged.r, judged.faults.n,
                      judged.faults.faults[0].code);
        ck_assert_msg(ERR_peek_error() == 0, "allocation %zu leaves an error", n);
    }
    printf("%zu allocations\n", n - 1);
    ck_assert_uint_gt(n, 50);
    fixture_deinit(&leaf);
    fixture_deinit(&ca);
}

START_TEST(starved)
{
    starve(leaf_edits, ca_edits, 0);
}
END_TEST

START_TEST(starved_and_refused)
{
    starve("subject=O:a/E:a@b.example san=dns:evil.example,email:a@b.example", ca_edits, 1);
}
END_TEST

static uint32_t draw(uint64_t *state)
{
    *state = *state * 6364136223846793005U + 1442695040888963407U;
    return (uint32_t)(*state >> 33);
}

/* Changes octets at random, and checks the certificates that can still be parsed. */
START_TEST(mutants)
{
    struct fixture leaf, ca;
    uint64_t state = 1;
    size_t n_parsed = 0, n_read = 0;

    fixture_init(&leaf, FIXTURE_LEAF, leaf_edits);
    fixture_init(&ca, FIXTURE_CA, ca_edits);
    for (unsigned i = 0; i < MUTANTS; i++) {
        uint8_t *der = malloc(leaf.len);
        const unsigned char *at = der;
        X509 *x509;

        ck_assert_ptr_nonnull(der);
        memcpy(der, leaf.der, leaf.len);
        for (unsigned n = 1 + draw(&state) % 4; n > 0; n--)
            der[draw(&state) % leaf.len] = (uint8_t)draw(&state);
        x509 = d2i_X509(NULL, &at, (long)leaf.len);
        ERR_clear_error();
        if (x509) {
            struct judged judged = judge(x509, der, leaf.len, &ca);

            ck_assert(judged.r == 0 || judged.r == FACTS_INVALID);
            ck_assert_uint_eq(ERR_peek_error(), 0);
            n_parsed++;
            n_read += judged.r == 0;
        }
        X509_free(x509);
        free(der);
    }
    printf("%u mutants: %zu parsed, %zu read\n", MUTANTS, n_parsed, n_read);
    ck_assert_uint_gt(n_parsed, MUTANTS / 20);
    ck_assert_uint_gt(n_read, MUTANTS / 40);
    fixture_deinit(&leaf);
    fixture_deinit(&ca);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("hostile paths");
    TCase *tcase = tcase_create("hostile paths");
    SRunner *runner = srunner_create(suite);
    int failed;

    if (CRYPTO_set_mem_functions(allocate, reallocate, release) != 1)
        return EXIT_FAILURE;
    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, starved);
    tcase_add_test(tcase, starved_and_refused);
    tcase_add_test(tcase, mutants);
    suite_add_tcase(suite, tcase);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
