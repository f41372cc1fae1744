/* SPDX-License-Identifier: MIT */
#pragma once

/* Makes certificates with real signatures, for the tests and benchmarks of path validation. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include "daemon/x509/path/path.h"

/* The time at which these tests validate paths, 2026-06-01T00:00:00Z. */
#define FIXTURE_NOW INT64_C(1780272000)
#define FIXTURE_DAY INT64_C(86400)

/* An additional extension, given as text in the syntax of OpenSSL's configuration, or as octets. */
struct path_extension {
    int nid;
    const char *text;
    const char *oid; /* the OID in dotted form, with `octets`; `nid` is then not used */
    const uint8_t *octets;
    size_t n_octets;
    bool critical;
};

/* The properties of a certificate. Zero stands for the usual value. */
struct path_recipe {
    const char *subject; /* the common name; in an end entity also the dNSName */
    const char *issuer;
    EVP_PKEY *key;
    EVP_PKEY *issuer_key;
    /* the key whose identifier is written as that of the issuer, instead of issuer_key's */
    EVP_PKEY *named_key;
    /* the certificate whose name and key identifier are written as those of the issuer */
    const X509 *named_issuer;
    bool is_ca;
    int serial;
    int64_t from, until; /* 0: a year around FIXTURE_NOW */
    int path_length;     /* one more than the pathLenConstraint; 0: none */
    bool without_keys;   /* the certificate has neither of the two key identifiers */
    const EVP_MD *digest;
    const struct path_extension *extensions;
    size_t n_extensions;
};

/* Each makes a key, and ends the program if libcrypto cannot. */
EVP_PKEY *path_key_rsa(unsigned n_bits);
EVP_PKEY *path_key_ec(const char *curve);
/*
 * Makes a P-256 key in another encoding, set by OSSL_PKEY_PARAM_EC_ENCODING or
 * OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT.
 */
EVP_PKEY *path_key_encoded(const char *parameter, const char *value);
/*
 * Makes an RSA public key with a random modulus of n_bits bits. The exponent is in hexadecimal;
 * NULL: as long as the modulus.
 */
EVP_PKEY *path_key_of(int n_bits, const char *exponent);

/* Makes a certificate in DER, which path_drop frees. Ends the program if libcrypto fails. */
struct bytes path_make(const struct path_recipe *recipe);
void path_drop(struct bytes der);

/* A root, an intermediate and an end entity with their keys, which is enough for most tests. */
struct path_family {
    EVP_PKEY *root_key, *issuer_key, *leaf_key;
    struct bytes root, issuer, leaf;
    struct store *store; /* a store with the root */
};

/* Makes the family. `kind` is "rsa" or the name of a curve. */
void path_family_init(struct path_family *family, const char *kind);
void path_family_deinit(struct path_family *family);

/* Makes a store of these anchors. */
struct store *path_store(const char *name, const struct bytes *anchors, size_t n);

/* Returns whether this build is instrumented, so that times and sizes mean nothing. */
bool build_is_instrumented(void);

/* Returns the question whether `certificates` are a valid path for a server at FIXTURE_NOW. */
struct path_question path_ask(const struct bytes *certificates, size_t n,
                              const struct store *const *stores, size_t n_stores);
