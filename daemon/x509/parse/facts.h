/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The facts of one certificate: its fields and extensions, read once, so that rules can be applied
 * to them. Only for the files of daemon/x509. Reading refuses only what cannot be decoded; the
 * rules are in daemon/x509/path/profile_rules_*.c. No key is decoded and no digest computed, so the
 * certificate may be parsed in any library context.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/x509v3.h>

#include "base/bytes.h"
#include "daemon/x509/parse/fault.h"

/*
 * The most extensions of one certificate. Public certificates have about ten; the search for
 * duplicates compares each pair.
 */
#define FACTS_EXTENSIONS_COUNT 64
/* The most common names that are stored; a certificate has one, rarely two. */
#define FACTS_COMMON_NAMES_COUNT 8

/* Returned if the certificate cannot be read; facts->fault says why. */
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

/* The kinds of parameters in an AlgorithmIdentifier. */
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
    bool well_coded; /* UTCTime through 2049, GeneralizedTime from 2050 on (RFC 5280
                        section 4.1.2.5) */
};

/* The usages in an extKeyUsage, as bits of facts->usages (RFC 5280 section 4.2.1.12). */
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

/*
 * The usages in a keyUsage, as bits of facts->key_usage: those of RFC 5280 section 4.2.1.3, the
 * first one being the lowest bit.
 */
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

/* Why a certificate cannot be read. All such structs are static. */
struct facts_fault {
    const char *code;
    int verify_code;
    const char *sentence;
};

struct facts {
    const struct facts_fault *fault; /* why facts_init returned FACTS_INVALID; else NULL */

    /* The following byte strings point into the DER that was given to facts_init. */
    struct bytes tbs;
    struct bytes serial;           /* the content octets of the INTEGER, in two's complement */
    struct bytes issuer;           /* a Name in DER */
    struct bytes subject;          /* a Name in DER */
    const X509_NAME *subject_name; /* the subject as libcrypto's object, owned by the certificate */
    struct bytes spki;             /* a SubjectPublicKeyInfo in DER */

    long version; /* 1, 2 or 3 */
    bool serial_negative;
    bool serial_zero;
    /* signatureAlgorithm equals TBSCertificate.signature (RFC 5280 section 4.1.1.2) */
    bool signature_consistent;
    /* the kind of the issuer's key; KEY_OTHER if the algorithm is not known */
    enum key_kind signature_kind;
    enum algorithm_parameters signature_parameters;
    int digest_nid;   /* the digest of the signature algorithm; NID_undef if it has none */
    bool pss_regular; /* for RSASSA-PSS: MGF1 uses the signature's digest, and the salt is as long
                         as that digest */
    bool subject_empty;
    bool issuer_empty;
    bool unique_ids;  /* has issuerUniqueID or subjectUniqueID (RFC 5280 section 4.1.2.8) */
    bool self_issued; /* issuer and subject are the same name (RFC 5280 sections 3.2 and 7.1) */
    struct facts_date from;
    struct facts_date until;

    enum key_kind key_kind;
    enum algorithm_parameters key_parameters;
    unsigned key_bits;     /* for RSA: the bits of the modulus; 0 if it cannot be read */
    bool key_exponent_bad; /* for RSA: the exponent is even, below 3 or over 64 bits */
    int key_curve;     /* for EC: the NID of the named curve; NID_undef if the curve is not named */
    bool key_explicit; /* for EC: the parameters are not a named curve */
    bool key_compressed; /* for EC: the point is not uncompressed (RFC 5480 section 2.2) */

    struct extension_state basic; /* basicConstraints, RFC 5280 section 4.2.1.9 */
    bool ca;
    bool pathlen_given;
    long pathlen; /* LONG_MAX if it is larger than a long */

    struct extension_state key_usage_state; /* keyUsage, section 4.2.1.3 */
    unsigned key_usage;

    struct extension_state extended; /* extKeyUsage, section 4.2.1.12 */
    unsigned usages;                 /* bits of enum facts_usage; 0 if the extension lists none */

    struct extension_state alternative_state; /* subjectAltName, section 4.2.1.6 */
    GENERAL_NAMES *alternative;               /* owned; NULL if the extension is absent */

    struct extension_state authority; /* authorityKeyIdentifier, section 4.2.1.1 */
    struct bytes authority_key;       /* its keyIdentifier; absent bytes if it has none */
    bool authority_issuer;            /* it has authorityCertIssuer */
    bool authority_serial;            /* it has authorityCertSerialNumber */
    AUTHORITY_KEYID *authority_value; /* owned */

    struct extension_state subject_key_state; /* subjectKeyIdentifier, section 4.2.1.2 */
    struct bytes subject_key;
    ASN1_OCTET_STRING *subject_key_value; /* owned */

    struct extension_state constraints_state; /* nameConstraints, section 4.2.1.10 */
    NAME_CONSTRAINTS *constraints;            /* owned; NULL if the extension is absent */

    struct extension_state policies;           /* certificatePolicies, section 4.2.1.4 */
    struct extension_state policy_mappings;    /* policyMappings, section 4.2.1.5 */
    bool any_policy_mapped;                    /* a mapping is from or to anyPolicy */
    struct extension_state policy_constraints; /* policyConstraints, section 4.2.1.11 */
    struct extension_state inhibit_any;        /* inhibitAnyPolicy, section 4.2.1.14 */
    struct extension_state access;             /* authorityInfoAccess, section 4.2.2.1 */
    struct extension_state subject_access;     /* subjectInfoAccess, section 4.2.2.2 */
    struct extension_state points;             /* cRLDistributionPoints, section 4.2.1.13 */
    struct extension_state features;           /* TLS feature, RFC 7633 */
    bool must_staple;                          /* status_request is one of its features */

    bool no_rev_avail_critical; /* the certificate has a critical noRevAvail (RFC 9608), which only
                                   end entities may have */

    unsigned n_unknown_critical; /* the number of critical extensions that are not understood, and
                                    of policies in a critical certificatePolicies that have a
                                    qualifier which is not understood */

    /* The commonNames of the subject in UTF-8, each to be freed with OPENSSL_free. Absent bytes
     * stand for one that cannot be converted. */
    struct bytes common[FACTS_COMMON_NAMES_COUNT];
    size_t n_common; /* the number of commonNames in the subject, which may be more than the array
                        holds */
};

#define FACTS_NULL ((struct facts){0})

/*
 * Reads the facts of a certificate. `der` are the `len` bytes that `certificate` was parsed from;
 * both are borrowed and have to outlive the facts.
 *
 * Returns 0; FACTS_INVALID, and facts->fault says why the certificate must not be part of any path;
 * or -ENOMEM. The caller calls facts_deinit whatever is returned.
 */
int facts_init(struct facts *facts, X509 *certificate, const uint8_t *der, size_t len);
void facts_deinit(struct facts *facts);
