/* SPDX-License-Identifier: MIT */
#pragma once

/* Certificates with real signatures, for the tests and measures of path validation. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include "daemon/x509/path/path.h"

/* The time of these tests, 2026-06-01T00:00:00Z. */
#define FIXTURE_NOW INT64_C(1780272000)
#define FIXTURE_DAY INT64_C(86400)

/* An additional extension, as text in the syntax of OpenSSL's configuration or as octets. */
struct path_extension {
    int nid;
    const char *text;
    const char *oid; /* dotted OID that goes with `octets`; nid is not used then */
    const uint8_t *octets;
    size_t n_octets;
    bool critical;
};

/* The recipe for a certificate. Zero means the usual value. */
struct path_recipe {
    const char *subject; /* a common name; that of an end entity is its dNSName, too */
    const char *issuer;
    EVP_PKEY *key;
    EVP_PKEY *issuer_key;
    /* the key whose identifier is written as the issuer's instead of issuer_key's */
    EVP_PKEY *named_key;
    const X509 *named_issuer; /* the certificate whose name and key identifier are written as the
                                 issuer's */
    bool is_ca;
    int serial;
    int64_t from, until; /* 0: one year around FIXTURE_NOW */
    int path_length;     /* one more than it says */
    bool without_keys;   /* neither key identifier */
    const EVP_MD *digest;
    const struct path_extension *extensions;
    size_t n_extensions;
};

/* Makes a key; ends the program where libcrypto cannot. */
EVP_PKEY *path_key_rsa(unsigned n_bits);
EVP_PKEY *path_key_ec(const char *curve);
/* The same key in another encoding, by OSSL_PKEY_PARAM_EC_ENCODING or _POINT_CONVERSION_FORMAT. */
EVP_PKEY *path_key_encoded(const char *parameter, const char *value);
/* An RSA public key with a random modulus of so many bits. The exponent is in hexadecimal; for NULL
 * it is as long as the modulus. */
EVP_PKEY *path_key_of(int n_bits, const char *exponent);

/* A certificate in DER, freed by OPENSSL_free; ends the program where libcrypto fails. */
struct bytes path_make(const struct path_recipe *recipe);
void path_drop(struct bytes der);

/* A root, an intermediate and an end entity with their keys: enough for most tests. */
struct path_family {
    EVP_PKEY *root_key, *issuer_key, *leaf_key;
    struct bytes root, issuer, leaf;
    struct store *store; /* the root's */
};

/* The kind of key is "rsa" or the name of a curve. */
void path_family_init(struct path_family *family, const char *kind);
void path_family_deinit(struct path_family *family);

/* Makes a store of these anchors. */
struct store *path_store(const char *name, const struct bytes *anchors, size_t n);

/* Whether this build is instrumented, so that times and sizes mean nothing. */
bool path_is_instrumented(void);

/* A question whether `certificates` are a valid path for a server at FIXTURE_NOW. */
struct path_question path_ask(const struct bytes *certificates, size_t n,
                              const struct store *const *stores, size_t n_stores);
