/* SPDX-License-Identifier: MIT */
#include "tests/unit/verify/property_material.h"

#include <check.h>

#include "base/digest.h"

#define ROWS(array) (sizeof(array) / sizeof((array)[0]))

struct property_material material;

static void pin_of(char text[static RANDOM_PIN_BYTES], EVP_PKEY *key)
{
    unsigned char *spki = NULL, digest[DIGEST_BYTES];
    int n = i2d_PUBKEY(key, &spki);

    ck_assert_int_eq(x509_sha256(material.x509, spki, (size_t)n, digest), 0);
    EVP_EncodeBlock((unsigned char *)text, digest, sizeof(digest));
    OPENSSL_free(spki);
}

static struct bytes make_crl(const char *issuer, EVP_PKEY *key, long serial)
{
    X509_CRL *crl = X509_CRL_new();
    X509_NAME *name = X509_NAME_new();
    ASN1_INTEGER *number = ASN1_INTEGER_new();
    ASN1_TIME *when = ASN1_TIME_set(NULL, FIXTURE_NOW - 2 * FIXTURE_DAY);
    X509_REVOKED *entry = X509_REVOKED_new();
    unsigned char *der = NULL;
    int n;

    X509_NAME_add_entry_by_NID(name, NID_commonName, MBSTRING_UTF8, (const unsigned char *)issuer,
                               -1, -1, 0);
    X509_CRL_set_version(crl, X509_CRL_VERSION_2);
    X509_CRL_set_issuer_name(crl, name);
    X509_CRL_set1_lastUpdate(crl, when);
    ASN1_INTEGER_set(number, serial);
    X509_REVOKED_set_serialNumber(entry, number);
    X509_REVOKED_set_revocationDate(entry, when);
    ASN1_TIME_set(when, FIXTURE_NOW + 5 * FIXTURE_DAY);
    X509_CRL_set1_nextUpdate(crl, when);
    ASN1_INTEGER_set(number, 1);
    X509_CRL_add1_ext_i2d(crl, NID_crl_number, number, 0, 0);
    if (serial)
        X509_CRL_add0_revoked(crl, entry);
    else
        X509_REVOKED_free(entry);
    ck_assert_int_gt(X509_CRL_sign(crl, key, EVP_sha256()), 0);
    n = i2d_X509_CRL(crl, &der);
    ck_assert_int_gt(n, 0);
    ASN1_TIME_free(when);
    ASN1_INTEGER_free(number);
    X509_NAME_free(name);
    X509_CRL_free(crl);
    return (struct bytes){.data = der, .len = (size_t)n};
}

/* Makes OCSP responses of the issuer for the family's end entity that begin around FIXTURE_NOW:
 * good, good for ever, revoked, and one by a stranger. */
static void make_staples(void)
{
    static const struct {
        unsigned shape;
        int64_t from;
        bool by_stranger;
    } rows[] = {
        {OCSP_PLAIN, FIXTURE_NOW - FIXTURE_DAY, false},
        {OCSP_PLAIN, FIXTURE_NOW + FIXTURE_DAY, false},
        {OCSP_NO_END, FIXTURE_NOW - 2 * FIXTURE_DAY, false},
        {OCSP_NO_END, FIXTURE_NOW + FIXTURE_DAY, false},
        {OCSP_REVOKED, FIXTURE_NOW - FIXTURE_DAY, false},
        {OCSP_PLAIN, FIXTURE_NOW - FIXTURE_DAY, true},
    };
    const unsigned char *at = material.family.leaf.data;
    X509 *leaf = d2i_X509(NULL, &at, (long)material.family.leaf.len), *issuer;
    struct party responder;

    at = material.family.issuer.data;
    issuer = d2i_X509(NULL, &at, (long)material.family.issuer.len);
    for (size_t i = 0; i < ROWS(rows); i++) {
        const struct ocsp_spec spec = {
            .certificate = leaf,
            .issuer = issuer,
            .responder = &responder,
            .shape = rows[i].shape,
            .from = rows[i].from,
            .until = rows[i].from + 9 * FIXTURE_DAY,
        };

        responder = (struct party){
            .key = rows[i].by_stranger ? material.foreign.issuer_key : material.family.issuer_key,
            .certificate = issuer,
        };
        material.staples[i] = ocsp_make(&spec);
    }
    X509_free(leaf);
    X509_free(issuer);
}

static struct bytes make_leaf(const char *san, int64_t until)
{
    const struct path_extension extension = {.nid = NID_subject_alt_name, .text = san};
    const struct path_recipe recipe = {
        .subject = "www.example.com",
        .issuer = "Issuer",
        .key = material.family.leaf_key,
        .issuer_key = material.family.issuer_key,
        .until = until,
        .serial = 4712,
        .extensions = &extension,
        .n_extensions = 1,
    };

    return path_make(&recipe);
}

void material_setup(void)
{
    ck_assert_int_eq(suffix_list_open(&material.suffixes), 0);
    ck_assert_int_eq(x509_context_new(&material.x509), 0);
    path_family_init(&material.family, "P-256");
    path_family_init(&material.foreign, "P-256");
    material.leaf_mail = make_leaf(
        "email:jo@example.com,URI:https://www.example.com/,DNS:*.example.com", 0);
    material.leaf_cn = make_leaf(NULL, 0);
    material.leaf_old = make_leaf("DNS:www.example.com", FIXTURE_NOW + 3 * FIXTURE_DAY);
    material.leaf_foreign = material.foreign.leaf;
    material.crl_clean = make_crl("Issuer", material.family.issuer_key, 0);
    material.crl_revoking = make_crl("Issuer", material.family.issuer_key, 4711);
    material.crl_foreign = make_crl("Issuer", material.foreign.issuer_key, 4711);
    make_staples();
    pin_of(material.pins.leaf, material.family.leaf_key);
    pin_of(material.pins.issuer, material.family.issuer_key);
    pin_of(material.pins.root, material.family.root_key);
}

static void drop(struct bytes bytes)
{
    OPENSSL_free((void *)(uintptr_t)bytes.data);
}

void material_teardown(void)
{
    drop(material.crl_clean);
    drop(material.crl_revoking);
    drop(material.crl_foreign);
    for (size_t i = 0; i < ROWS(material.staples); i++)
        blob_free(&material.staples[i]);
    path_drop(material.leaf_mail);
    path_drop(material.leaf_cn);
    path_drop(material.leaf_old);
    path_family_deinit(&material.family);
    path_family_deinit(&material.foreign);
    x509_context_free(material.x509);
    suffix_list_close(material.suffixes);
}
