/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The facts of one certificate: its fields and extensions, read once, so that rules can be applied
 * to them. For the files of daemon/x509 alone. Reading refuses only what cannot be decoded; rules
 * are in profile_rules.c. No key is decoded and no digest computed, so any library context will do.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/x509v3.h>

#include "base/bytes.h"
#include "daemon/x509/parse/fault.h"

/* The most extensions of one certificate. Public certificates have about ten; duplicates are sought
 * pairwise. */
#define FACTS_EXTENSIONS_COUNT 64
/* The most common names that are kept; a certificate has one, rarely two. */
#define FACTS_COMMON_NAMES_COUNT 8

/* The certificate cannot be read: facts->fault says why. */
#define FACTS_INVALID 1

enum key_kind {
    KEY_OTHER = 0,
    KEY_RSA,     /* rsaEncryption */
    KEY_RSA_PSS, /* id-RSASSA-PSS */
    KEY_DSA,
    KEY_EC,
    KEY_ED25519,
    KEY_ED448,
};

/* The parameters of an AlgorithmIdentifier. */
enum algorithm_parameters {
    PARAMETERS_ABSENT = 0,
    PARAMETERS_NULL,
    PARAMETERS_OTHER,
};

/* Whether an extension is present, and critical. */
struct extension_state {
    bool present;
    bool critical;
};

/* One date of the validity. */
struct facts_date {
    int64_t time;    /* seconds since 1970-01-01T00:00:00Z */
    bool well_coded; /* UTCTime through 2049, GeneralizedTime from 2050: RFC 5280, 4.1.2.5 */
};

/* Bits of facts->usages, RFC 5280 section 4.2.1.12. */
enum facts_usage {
    USAGE_SERVER = 1 << 0,
    USAGE_CLIENT = 1 << 1,
    USAGE_ANY = 1 << 2,
    USAGE_OCSP = 1 << 3,
    USAGE_EMAIL = 1 << 4,
    USAGE_CODE = 1 << 5,
    USAGE_TIME = 1 << 6,
    USAGE_PRECERTIFICATE = 1 << 7, /* RFC 6962 section 3.1 */
    USAGE_OTHER = 1 << 8,
};

/* Bits of facts->key_usage: those of RFC 5280 section 4.2.1.3, the first one the lowest. */
enum facts_key_usage {
    KEY_USAGE_DIGITAL_SIGNATURE = 1 << 0,
    KEY_USAGE_CONTENT_COMMITMENT = 1 << 1,
    KEY_USAGE_KEY_ENCIPHERMENT = 1 << 2,
    KEY_USAGE_DATA_ENCIPHERMENT = 1 << 3,
    KEY_USAGE_KEY_AGREEMENT = 1 << 4,
    KEY_USAGE_CERT_SIGN = 1 << 5,
    KEY_USAGE_CRL_SIGN = 1 << 6,
    KEY_USAGE_ENCIPHER_ONLY = 1 << 7,
    KEY_USAGE_DECIPHER_ONLY = 1 << 8,
};

/* Why a certificate cannot be read; static. */
struct facts_fault {
    const char *code;
    int verify_code;
    const char *sentence;
};

struct facts {
    const struct facts_fault *fault; /* why facts_init returned FACTS_INVALID, else NULL */

    /* Parts of the DER that was given to facts_init. */
    struct bytes tbs;
    struct bytes serial;           /* the INTEGER's content octets: two's complement */
    struct bytes issuer;           /* a Name */
    struct bytes subject;          /* a Name */
    const X509_NAME *subject_name; /* the same, owned by the certificate */
    struct bytes spki;             /* a SubjectPublicKeyInfo */

    long version; /* 1, 2, 3 */
    bool serial_negative;
    bool serial_zero;
    /* signatureAlgorithm is TBSCertificate.signature, RFC 5280 4.1.1.2 */
    bool signature_consistent;
    enum key_kind signature_kind; /* KEY_OTHER where the algorithm is not known */
    enum algorithm_parameters signature_parameters;
    int digest_nid;   /* the signature's digest; NID_undef where the algorithm names none */
    bool pss_regular; /* RSASSA-PSS: MGF1 has the same digest, and the salt is as long as it is */
    bool subject_empty;
    bool issuer_empty;
    bool unique_ids;  /* issuerUniqueID or subjectUniqueID, RFC 5280 section 4.1.2.8 */
    bool self_issued; /* issuer and subject are the same name, RFC 5280 sections 3.2 and 7.1 */
    struct facts_date from;
    struct facts_date until;

    enum key_kind key_kind;
    enum algorithm_parameters key_parameters;
    unsigned key_bits;     /* RSA: bits of the modulus; 0 where it cannot be read */
    bool key_exponent_bad; /* RSA: the exponent is even, below 3 or over 64 bits */
    int key_curve;         /* EC: NID of the named curve; NID_undef for every other encoding */
    bool key_explicit;     /* EC: the parameters are not a named curve */
    bool key_compressed;   /* EC: the point is not uncompressed, RFC 5480 section 2.2 */

    struct extension_state basic; /* basicConstraints, 4.2.1.9 */
    bool ca;
    bool pathlen_given;
    long pathlen; /* LONG_MAX where it is larger */

    struct extension_state key_usage_state; /* 4.2.1.3 */
    unsigned key_usage;

    struct extension_state extended; /* extKeyUsage, 4.2.1.12 */
    unsigned usages;                 /* bits of enum facts_usage; 0 for an empty extension */

    struct extension_state alternative_state; /* subjectAltName, 4.2.1.6 */
    GENERAL_NAMES *alternative;               /* owned; not NULL where it is present */

    struct extension_state authority; /* authorityKeyIdentifier, 4.2.1.1 */
    struct bytes authority_key;       /* keyIdentifier; data is NULL where it is not given */
    bool authority_issuer;            /* authorityCertIssuer is given */
    bool authority_serial;            /* authorityCertSerialNumber is given */
    AUTHORITY_KEYID *authority_value; /* owned */

    struct extension_state subject_key_state; /* subjectKeyIdentifier, 4.2.1.2 */
    struct bytes subject_key;
    ASN1_OCTET_STRING *subject_key_value; /* owned */

    struct extension_state constraints_state; /* nameConstraints, 4.2.1.10 */
    NAME_CONSTRAINTS *constraints;            /* owned; not NULL where it is present */

    struct extension_state policies;           /* certificatePolicies, 4.2.1.4 */
    struct extension_state policy_mappings;    /* policyMappings, 4.2.1.5 */
    bool any_policy_mapped;                    /* a mapping is from or to anyPolicy */
    struct extension_state policy_constraints; /* policyConstraints, 4.2.1.11 */
    struct extension_state inhibit_any;        /* inhibitAnyPolicy, 4.2.1.14 */
    struct extension_state access;             /* authorityInfoAccess, 4.2.2.1 */
    struct extension_state subject_access;     /* subjectInfoAccess, 4.2.2.2 */
    struct extension_state points;             /* cRLDistributionPoints, 4.2.1.13 */
    struct extension_state features;           /* TLS feature, RFC 7633 */
    bool must_staple;                          /* status_request is among its features */

    unsigned n_unknown_critical; /* critical extensions that are not understood, and critical
                                    policies with a qualifier that is not */

    /* The commonNames of the subject in UTF-8, freed by OPENSSL_free; data is NULL for one that
     * cannot be converted. */
    struct bytes common[FACTS_COMMON_NAMES_COUNT];
    size_t n_common; /* how many the subject has; may be more than the array holds */
};

#define FACTS_NULL ((struct facts){0})

/*
 * Reads the facts of a certificate. `der` are the `len` bytes that `certificate` was parsed from;
 * both are borrowed and have to outlive the facts.
 *
 * 0. FACTS_INVALID, and facts->fault says why: the certificate must not be part of any path.
 * -ENOMEM. facts_deinit in every case.
 */
int facts_init(struct facts *facts, X509 *certificate, const uint8_t *der, size_t len);
void facts_deinit(struct facts *facts);
