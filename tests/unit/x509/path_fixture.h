/* SPDX-License-Identifier: MIT */
#pragma once

/* Certificates with real signatures, for the tests and measures of path validation. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include "daemon/x509/path/path.h"

/* 2026-06-01T00:00:00Z: the present of these tests. */
#define FIXTURE_NOW INT64_C(1780272000)
#define FIXTURE_DAY INT64_C(86400)

/* An extension beyond the usual ones: by text as OpenSSL's configuration has it, or by octets. */
struct path_extension {
    int nid;
    const char *text;
    const char *oid; /* dotted, with `octets`; then nid is not looked at */
    const uint8_t *octets;
    size_t n_octets;
    bool critical;
};

/* What a certificate is to be. Zero means as usual. */
struct path_recipe {
    const char *subject; /* a common name; an end entity's stands for a host too */
    const char *issuer;
    EVP_PKEY *key;
    EVP_PKEY *issuer_key;
    EVP_PKEY *named_key;      /* whose identifier stands for the issuer's, where not issuer_key's */
    const X509 *named_issuer; /* whose name and key identifier stand for the issuer's */
    bool is_ca;
    int serial;
    int64_t from, until; /* one year around FIXTURE_NOW */
    int path_length;     /* one more than it says */
    bool without_keys;   /* neither key identifier */
    const EVP_MD *digest;
    const struct path_extension *extensions;
    size_t n_extensions;
};

/* Keys: ends the program where there is none. */
EVP_PKEY *path_key_rsa(unsigned n_bits);
EVP_PKEY *path_key_ec(const char *curve);
/* The same key, encoded otherwise: as OSSL_PKEY_PARAM_EC_ENCODING or _POINT_CONVERSION_FORMAT say.
 */
EVP_PKEY *path_key_encoded(const char *parameter, const char *value);
/* An RSA public key whose modulus has that many bits and is no product of primes; the exponent in
 * hexadecimal, or as long as the modulus for NULL. */
EVP_PKEY *path_key_of(int n_bits, const char *exponent);

/* A certificate in DER, by OPENSSL_free; ends the program where libcrypto cannot. */
struct bytes path_make(const struct path_recipe *recipe);
void path_drop(struct bytes der);

/* A key, root, intermediate and end entity each: enough for most tests. */
struct path_family {
    EVP_PKEY *root_key, *issuer_key, *leaf_key;
    struct bytes root, issuer, leaf;
    struct store *store; /* the root's */
};

/* "rsa" or the name of a curve. */
void path_family_init(struct path_family *family, const char *kind);
void path_family_deinit(struct path_family *family);

/* A store of these anchors. */
struct store *path_store(const char *name, const struct bytes *anchors, size_t n);

/* Whether this is a build whose times and sizes mean nothing. */
bool path_is_instrumented(void);

/* The question whether `certificates` are good for a server now. */
struct path_question path_ask(const struct bytes *certificates, size_t n,
                              const struct store *const *stores, size_t n_stores);
