/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * An authority with its certificates, and CRLs and OCSP responses of every shape. Their DER is put
 * together by the fixture itself, because libcrypto cannot write malformed ones.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "daemon/x509/parse/context.h"
#include "daemon/x509/revocation/revocation.h"
#include "tests/unit/x509/revocation_fixture_der.h"

/* The time at which revocation is checked: 2024-01-01T00:00:00Z. */
#define NOW INT64_C(1704067200)
#define DAY INT64_C(86400)

struct party {
    EVP_PKEY *key;
    X509 *certificate;
};

/*
 * The properties of a certificate. Extensions are given in the syntax of OpenSSL's configuration;
 * NULL leaves one out.
 */
struct party_spec {
    const char *name;
    long serial;
    const char *constraints, *usage, *extended_usage, *tls_feature, *points;
    bool has_key_identifier, has_unknown_critical;
    bool has_no_rev_avail; /* has noRevAvail, RFC 9608 */
    bool is_critical;      /* the extension noRevAvail is critical */
    int64_t from, until;   /* both 0: years around NOW */
};

/*
 * Makes a certificate with the given key, which the party then owns, or with a new key if it is
 * NULL. Without an issuer the certificate is self-signed.
 */
struct party party_make(const struct party_spec *spec, EVP_PKEY *key, const struct party *issuer);
void party_free(struct party *party);

EVP_PKEY *key_make(void);

/*
 * The certificates root → intermediate → leaf; `namesake`, another key with the intermediate's
 * name; and `stranger`, an unrelated authority.
 */
struct world {
    struct x509_context *context;
    struct party root, intermediate, leaf;
    struct party namesake, stranger;
    X509 *path[3];
};

#define LEAF_SERIAL         4660
#define INTERMEDIATE_SERIAL 77
#define LEAF_POINT          "http://crl.example/1.crl"

void world_init(struct world *world);
void world_deinit(struct world *world);

enum crl_shape {
    CRL_PLAIN = 0,
    CRL_NO_NUMBER = 1 << 0,
    CRL_NUMBER_CRITICAL = 1 << 1,
    CRL_NUMBER_NEGATIVE = 1 << 2,
    CRL_NUMBER_LONG = 1 << 3,
    CRL_CRITICAL = 1 << 4,
    CRL_NONCRITICAL = 1 << 5,
    CRL_ENTRY_CRITICAL = 1 << 6,
    CRL_ENTRY_NONCRITICAL = 1 << 7,
    CRL_DELTA = 1 << 8,
    CRL_INDIRECT = 1 << 9,
    CRL_ONLY_USER = 1 << 10,
    CRL_ONLY_CA = 1 << 11,
    CRL_ONLY_ATTRIBUTE = 1 << 12,
    CRL_SOME_REASONS = 1 << 13,
    CRL_V1 = 1 << 14,
    CRL_V1_EXTENDED = 1 << 15,
    CRL_V3 = 1 << 16,
    CRL_GENERALIZED = 1 << 17,
    CRL_NO_END = 1 << 18,
    CRL_TWICE = 1 << 19, /* the entry occurs twice */
    CRL_AUTHORITY = 1 << 20,
    CRL_AUTHORITY_OTHER = 1 << 21,
    CRL_BROKEN_SCOPE = 1 << 22,
    CRL_SCOPE_TWICE = 1 << 23,
    CRL_ENTRY_FOREIGN = 1 << 24, /* an entry about another issuer's certificate comes first */
    CRL_RELATIVE_POINT = 1 << 25,
    CRL_DNS_POINT = 1 << 26,
    CRL_SHA1 = 1 << 27,
    CRL_INNER_ALGORITHM = 1 << 28, /* the inner signature algorithm differs from the outer one */
    CRL_TRAILING = 1 << 29,
    CRL_ENTRY_REASON_TWICE = 1 << 30
};

/* With CRL_ENTRY_FOREIGN: the entry after it has the CRL's own issuer again. */
#define CRL_ENTRY_OWN (1U << 31)

struct crl_spec {
    const X509 *issuer;
    EVP_PKEY *key;
    unsigned shape;
    int64_t from, until;   /* both 0: a day around NOW */
    long serial;           /* the serial number that is listed; 0: the CRL is empty */
    int reason;            /* the reason code; -1: none */
    const char *point;     /* the URI of the issuing distribution point; NULL: none */
    long authority_serial; /* the serial number in the authority key identifier; 0: none */
    size_t n_others;       /* the number of other entries */
    /* the issuer of the certificates that the entries of an indirect CRL list */
    const X509 *listed_by;
};

struct blob crl_make(const struct crl_spec *spec);

/* world_set makes an empty set, world_add adds a CRL to a set. */
struct crl_set *world_set(const struct world *world);
void world_add(struct crl_set *set, const struct crl_spec *spec);

/* Checks the first `n` certificates of the world's path at the time NOW. */
void world_ask(const struct world *world, const struct crl_set *set, enum revocation_mode mode,
               size_t n, struct fault_list *faults, struct revocation_result *result);

enum ocsp_shape {
    OCSP_PLAIN = 0,
    OCSP_SHA256 = 1 << 0,
    OCSP_BY_KEY = 1 << 1,
    OCSP_NO_END = 1 << 2,
    OCSP_REVOKED = 1 << 3,
    OCSP_UNKNOWN = 1 << 4,
    OCSP_OTHER_SERIAL = 1 << 5,
    OCSP_OTHER_NAME = 1 << 6,
    OCSP_OTHER_KEY = 1 << 7,
    OCSP_NONCE = 1 << 8,
    OCSP_CRITICAL = 1 << 9,
    OCSP_SINGLE_CRITICAL = 1 << 10,
    OCSP_OTHERS_TOO = 1 << 11,  /* there are entries for other certificates before and after */
    OCSP_REVOKED_TOO = 1 << 12, /* there is a second entry for the certificate, which revokes it */
    OCSP_TRY_LATER = 1 << 13,
    OCSP_TRAILING = 1 << 14,
    OCSP_OTHER_TYPE = 1 << 15, /* the response type is not that of a basic response */
    OCSP_MD5 = 1 << 16,
    OCSP_NO_SINGLES = 1 << 17,
    OCSP_BACKWARDS = 1 << 18, /* nextUpdate is before thisUpdate */
    OCSP_BROKEN_SINGLE = 1 << 19,
};

struct ocsp_spec {
    const X509 *certificate, *issuer;
    /* the responder that the response identifies as its signer, and that signs */
    const struct party *responder;
    EVP_PKEY *key; /* signs instead of the responder's key; NULL: the responder's key signs */
    const X509 *certificates[8]; /* the certificates that the response contains */
    unsigned shape;
    int64_t from, until; /* both 0: a day around NOW */
};

struct blob ocsp_make(const struct ocsp_spec *spec);
