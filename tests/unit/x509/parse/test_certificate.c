/* SPDX-License-Identifier: MIT */

/*
 * Tests that certificate_spki returns the bytes of the SubjectPublicKeyInfo as they stand in the
 * certificate, also where libcrypto would encode them in another way.
 */

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/x509/parse/certificate.h"
#include "daemon/x509/parse/der.h"
#include "daemon/x509/parse/outline.h"
#include "tests/unit/x509/x509_fixture.h"

static struct x509_context *context;

static void set_up(void)
{
    ck_assert_int_eq(x509_context_new(&context), 0);
}

static void tear_down(void)
{
    context = x509_context_free(context);
}

/* The start of an RSA key's SubjectPublicKeyInfo: the algorithm and its parameters, which are NULL.
 */
static const uint8_t rsa[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00};

/* Returns where the parameters of the RSA key stand. */
static uint8_t *find_parameters(const struct fixture *fixture)
{
    uint8_t *found = memmem(fixture->der, fixture->len, rsa, sizeof(rsa));

    ck_assert_ptr_nonnull(found);
    return found + sizeof(rsa) - 2;
}

/* Checks that the key is `len` bytes from `key` on. */
static void assert_key(const struct fixture *fixture, const uint8_t *key, size_t len)
{
    struct certificate *certificate;
    const uint8_t *spki;
    size_t n_spki;

    ck_assert_int_eq(certificate_parse(&certificate, context, fixture->der, fixture->len), 0);
    spki = certificate_spki(certificate, &n_spki);
    ck_assert_uint_eq(n_spki, len);
    ck_assert_mem_eq(spki, key, len);
    certificate_free(certificate);
}

START_TEST(has_the_key_of_the_outline)
{
    struct fixture fixture;
    struct outline outline;

    fixture_init(&fixture, FIXTURE_LEAF, "");
    ck_assert_int_eq(outline_read(&outline, fixture.der, fixture.len), OUTLINE_OK);
    assert_key(&fixture, outline.spki.data, outline.spki.len);
    fixture_deinit(&fixture);
}
END_TEST

/* libcrypto takes these parameters and would write them in another way. */
START_TEST(has_the_key_as_it_stands)
{
    static const uint8_t tags[] = {0x3b, 0x24, 0x3a};
    struct fixture fixture;
    struct outline outline;

    for (size_t i = 0; i < sizeof(tags); i++) {
        fixture_init(&fixture, FIXTURE_LEAF, "key=rsa:2048:010001");
        ck_assert_int_eq(outline_read(&outline, fixture.der, fixture.len), OUTLINE_OK);
        *find_parameters(&fixture) = tags[i];
        assert_key(&fixture, outline.spki.data, outline.spki.len);
        fixture_deinit(&fixture);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("certificate");
    TCase *key = tcase_create("key");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_checked_fixture(key, set_up, tear_down);
    tcase_add_test(key, has_the_key_of_the_outline);
    tcase_add_test(key, has_the_key_as_it_stands);
    suite_add_tcase(suite, key);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
