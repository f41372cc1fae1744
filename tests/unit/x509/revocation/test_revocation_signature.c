/* SPDX-License-Identifier: MIT */

/*
 * Tests CRLs as libcrypto writes them, with keys and hashes of every kind: which ones are accepted,
 * that a signature by another key is not, and that a key which is too large is not tried.
 */

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include "daemon/x509/revocation/crl_parse.h"
#include "tests/unit/x509/revocation_fixture.h"

static const struct row {
    const char *intent;
    const char *type;
    size_t bits;
    const char *curve;
    const char *hash; /* NULL if the key implies its hash */
    int salt;         /* the length of the salt for PSS; 0 for other schemes */
    enum signature_outcome expected;
} rows[] = {
    {"RSA, SHA-256", "RSA", 2048, NULL, "SHA256", 0, SIGNATURE_GOOD},
    {"RSA, SHA-384", "RSA", 2048, NULL, "SHA384", 0, SIGNATURE_GOOD},
    {"RSA, SHA-512", "RSA", 2048, NULL, "SHA512", 0, SIGNATURE_GOOD},
    {"PSS, SHA-256", "RSA", 2048, NULL, "SHA256", 32, SIGNATURE_GOOD},
    {"PSS, SHA-384", "RSA", 2048, NULL, "SHA384", 48, SIGNATURE_GOOD},
    {"PSS, SHA-512", "RSA", 2048, NULL, "SHA512", 64, SIGNATURE_GOOD},
    {"PSS with another salt", "RSA", 2048, NULL, "SHA256", 20, SIGNATURE_REFUSED},
    {"a key for PSS alone", "RSA-PSS", 2048, NULL, "SHA256", 32, SIGNATURE_GOOD},
    {"P-256, SHA-256", "EC", 0, "P-256", "SHA256", 0, SIGNATURE_GOOD},
    {"P-384, SHA-384", "EC", 0, "P-384", "SHA384", 0, SIGNATURE_GOOD},
    {"P-521, SHA-512", "EC", 0, "P-521", "SHA512", 0, SIGNATURE_GOOD},
    {"Ed25519", "ED25519", 0, NULL, NULL, 0, SIGNATURE_GOOD},
    {"Ed448", "ED448", 0, NULL, NULL, 0, SIGNATURE_GOOD},
    {"RSA, SHA-1", "RSA", 2048, NULL, "SHA1", 0, SIGNATURE_REFUSED},
    {"RSA, MD5", "RSA", 2048, NULL, "MD5", 0, SIGNATURE_REFUSED},
    {"RSA, SHA-224", "RSA", 2048, NULL, "SHA224", 0, SIGNATURE_REFUSED},
    {"PSS, SHA-1", "RSA", 2048, NULL, "SHA1", 20, SIGNATURE_REFUSED},
    {"P-256, SHA-1", "EC", 0, "P-256", "SHA1", 0, SIGNATURE_REFUSED},
};

static EVP_PKEY *make_key(const struct row *row)
{
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, row->type, NULL);
    EVP_PKEY *key = NULL;

    ck_assert_ptr_nonnull(context);
    ck_assert_int_eq(EVP_PKEY_keygen_init(context), 1);
    if (row->bits)
        ck_assert_int_eq(EVP_PKEY_CTX_set_rsa_keygen_bits(context, (int)row->bits), 1);
    if (row->curve)
        ck_assert_int_eq(EVP_PKEY_CTX_set_group_name(context, row->curve), 1);
    ck_assert_int_eq(EVP_PKEY_generate(context, &key), 1);
    EVP_PKEY_CTX_free(context);
    return key;
}

static X509_CRL *unsigned_crl(void)
{
    X509_CRL *crl = X509_CRL_new();
    X509_NAME *name = X509_NAME_new();
    ASN1_INTEGER *number = ASN1_INTEGER_new();
    ASN1_TIME *time = ASN1_TIME_new();

    ck_assert_int_eq(X509_CRL_set_version(crl, X509_CRL_VERSION_2), 1);
    ck_assert_int_eq(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                                                (const unsigned char *)"Issuer", -1, -1, 0),
                     1);
    ck_assert_int_eq(X509_CRL_set_issuer_name(crl, name), 1);
    ASN1_TIME_set(time, NOW - DAY);
    ck_assert_int_eq(X509_CRL_set1_lastUpdate(crl, time), 1);
    ASN1_TIME_set(time, NOW + DAY);
    ck_assert_int_eq(X509_CRL_set1_nextUpdate(crl, time), 1);
    ASN1_INTEGER_set(number, 7);
    ck_assert_int_eq(X509_CRL_add1_ext_i2d(crl, NID_crl_number, number, 0, 0), 1);
    ASN1_INTEGER_free(number);
    ASN1_TIME_free(time);
    X509_NAME_free(name);
    return crl;
}

static struct blob sign(const struct row *row, EVP_PKEY *key)
{
    X509_CRL *crl = unsigned_crl();
    EVP_MD_CTX *digest = EVP_MD_CTX_new();
    EVP_PKEY_CTX *parameters = NULL;
    unsigned char *der = NULL;
    struct blob blob;
    int len;

    ck_assert_int_eq(EVP_DigestSignInit_ex(digest, &parameters, row->hash, NULL, NULL, key, NULL),
                     1);
    if (row->salt) {
        ck_assert_int_eq(EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING), 1);
        ck_assert_int_eq(EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, row->salt), 1);
    }
    ck_assert_int_gt(X509_CRL_sign_ctx(crl, digest), 0);
    len = i2d_X509_CRL(crl, &der);
    ck_assert_int_gt(len, 0);
    blob = blob_copy(der, (size_t)len);
    OPENSSL_free(der);
    EVP_MD_CTX_free(digest);
    X509_CRL_free(crl);
    return blob;
}

static enum signature_outcome verify(const struct x509_context *context, const struct blob *crl,
                                     EVP_PKEY *key)
{
    enum signature_outcome outcome = SIGNATURE_BAD;
    struct crl *parsed = NULL;

    ck_assert_int_eq(crl_parse(&parsed, crl->data, crl->len), 0);
    ck_assert_int_eq(parsed->from, NOW - DAY);
    ck_assert_int_eq(parsed->until, NOW + DAY);
    ck_assert_int_eq(parsed->flaw, REASON_NOTHING);
    ck_assert_int_eq(signature_verify(context, key, &parsed->value, &outcome), 0);
    crl_free(parsed);
    return outcome;
}

/* Two keys of each kind, made once because making RSA keys takes long. */
static EVP_PKEY *keys[sizeof(rows) / sizeof(*rows)][2];

static bool is_same_kind(const struct row *a, const struct row *b)
{
    return strcmp(a->type, b->type) == 0 &&
           (a->curve == b->curve || (a->curve && b->curve && strcmp(a->curve, b->curve) == 0));
}

static void set_up(void)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        size_t same = 0;

        while (!is_same_kind(&rows[same], &rows[i]))
            same++;
        for (size_t j = 0; j < 2; j++) {
            keys[i][j] = same < i ? keys[same][j] : make_key(&rows[i]);
            if (same < i)
                EVP_PKEY_up_ref(keys[i][j]);
        }
    }
}

static void tear_down(void)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        EVP_PKEY_free(keys[i][0]);
        EVP_PKEY_free(keys[i][1]);
    }
}

START_TEST(algorithms)
{
    const struct row *row = &rows[_i];
    EVP_PKEY *ec = key_make();
    struct x509_context *context = NULL;
    struct blob crl = sign(row, keys[_i][0]);

    ck_assert_int_eq(x509_context_new(&context), 0);
    ck_assert_msg(verify(context, &crl, keys[_i][0]) == row->expected, "%s", row->intent);
    ck_assert_msg(verify(context, &crl, keys[_i][1]) != SIGNATURE_GOOD, "%s", row->intent);
    ck_assert_msg(verify(context, &crl, ec) != SIGNATURE_GOOD, "%s", row->intent);
    ck_assert_int_eq(verify(context, &crl, NULL), SIGNATURE_REFUSED);
    x509_context_free(context);
    blob_free(&crl);
    EVP_PKEY_free(ec);
}
END_TEST

/*
 * Makes an RSA key whose modulus is an arbitrary number, because making a real key of this size
 * takes too long.
 */
static EVP_PKEY *large_key(int bits)
{
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
    BIGNUM *modulus = BN_new(), *exponent = BN_new();
    OSSL_PARAM *parameters;
    EVP_PKEY *key = NULL;

    ck_assert_int_eq(BN_set_bit(modulus, bits - 1), 1);
    ck_assert_int_eq(BN_set_bit(modulus, 0), 1);
    ck_assert_int_eq(BN_set_word(exponent, 65537), 1);
    ck_assert_int_eq(OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, modulus), 1);
    ck_assert_int_eq(OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, exponent), 1);
    parameters = OSSL_PARAM_BLD_to_param(builder);
    ck_assert_int_eq(EVP_PKEY_fromdata_init(context), 1);
    ck_assert_int_eq(EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, parameters), 1);
    OSSL_PARAM_free(parameters);
    OSSL_PARAM_BLD_free(builder);
    EVP_PKEY_CTX_free(context);
    BN_free(modulus);
    BN_free(exponent);
    return key;
}

START_TEST(keys_too_large)
{
    static const struct {
        int bits;
        enum signature_outcome expected;
    } sizes[] = {
        {REVOCATION_RSA_BITS, SIGNATURE_BAD},
        {REVOCATION_RSA_BITS + 1, SIGNATURE_REFUSED},
        {16384, SIGNATURE_REFUSED},
    };
    struct blob crl = sign(&rows[0], keys[0][0]);
    struct x509_context *context = NULL;

    ck_assert_int_eq(x509_context_new(&context), 0);
    for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
        EVP_PKEY *large = large_key(sizes[i].bits);

        ck_assert_int_eq(verify(context, &crl, large), sizes[i].expected);
        EVP_PKEY_free(large);
    }
    x509_context_free(context);
    blob_free(&crl);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("revocation-signature");
    TCase *cases = tcase_create("revocation-signature");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_unchecked_fixture(cases, set_up, tear_down);
    tcase_set_timeout(cases, 120);
    tcase_add_loop_test(cases, algorithms, 0, sizeof(rows) / sizeof(*rows));
    tcase_add_test(cases, keys_too_large);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
