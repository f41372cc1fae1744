/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The outline of a certificate: where its parts lie in its DER, found before a library parses it.
 * It suffices for building paths and costs microseconds. Reading it refuses certificates that would
 * be expensive for a library to parse. No signature has been verified, so nothing in it is trusted.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"

/* The reasons why a certificate is refused without being parsed. */
enum outline_fault {
    OUTLINE_OK = 0,
    OUTLINE_INVALID,      /* not one certificate in DER */
    OUTLINE_TOO_LARGE,    /* over PATH_CERTIFICATE_BYTES */
    OUTLINE_NAME,         /* a name over PATH_NAME_BYTES */
    OUTLINE_POINTS,       /* over PATH_POINTS_COUNT */
    OUTLINE_EXTENSIONS,   /* over PATH_EXTENSIONS_COUNT */
    OUTLINE_EXTENSION,    /* an extension that is understood and is not DER throughout */
    OUTLINE_NESTING,      /* over PATH_NESTING_COUNT */
    OUTLINE_OID,          /* over PATH_OID_BYTES */
    OUTLINE_VALUES,       /* over PATH_VALUES_COUNT */
    OUTLINE_RSA_SIZE,     /* over PATH_RSA_BITS */
    OUTLINE_RSA_EXPONENT, /* over PATH_RSA_EXPONENT_BITS */
    OUTLINE_CURVE,        /* an EC key whose curve is not a named one */
    OUTLINE_POINT,        /* an EC key that is not an uncompressed point */
    OUTLINE_FAULTS_COUNT,
};

/* Borrows the DER that it was read from. */
struct outline {
    struct bytes der;
    struct bytes tbs;           /* TBSCertificate, RFC 5280 section 4.1.2 */
    struct bytes serial;        /* content octets */
    struct bytes issuer;        /* a Name in DER */
    struct bytes subject;       /* a Name in DER */
    struct bytes spki;          /* a SubjectPublicKeyInfo in DER */
    struct bytes subject_key;   /* the subject key identifier; data is NULL where there is none */
    struct bytes authority_key; /* the authority key identifier; data is NULL where there is none */
    bool has_policy_constraints;
    size_t parsed_bytes;   /* memory that the certificate takes once it is parsed, at most about */
    int64_t from;          /* notBefore in seconds since 1970-01-01T00:00:00Z */
    int64_t until;         /* notAfter, likewise; the certificate is still valid in this second */
    uint64_t issuer_hash;  /* distinguished_hash of the issuer */
    uint64_t subject_hash; /* distinguished_hash of the subject */
};

/*
 * Reads the outline of the certificate in `len` bytes, which the outline borrows. 0; or a positive
 * enum outline_fault, and *outline is zero then.
 */
int outline_read(struct outline *outline, const uint8_t *der, size_t len);

/* Makes *moved the outline of a copy of the same certificate at `der`. */
void outline_move(struct outline *moved, const struct outline *outline, const uint8_t *der);

/* How the key identifiers of a certificate and its possible issuer fit; the better, the lower. */
enum outline_fit {
    OUTLINE_FIT_KEY = 0,   /* they are equal */
    OUTLINE_FIT_OPEN,      /* one of them is absent */
    OUTLINE_FIT_OTHER_KEY, /* they differ */
    OUTLINE_FITS_COUNT,
};

/* Whether the subject of `issuer` is the issuer of `outline`. */
bool outline_names_issuer(const struct outline *outline, const struct outline *issuer);

/* Compares the authority key identifier of `outline` with the subject key identifier of `issuer`.
 */
enum outline_fit outline_fits(const struct outline *outline, const struct outline *issuer);

/* Whether subject and issuer are one name. */
bool outline_is_self_issued(const struct outline *outline);

/* Whether both are the same certificate, byte for byte. */
bool outline_is_same(const struct outline *a, const struct outline *b);

/* The code of a fault, and its text, which continues a sentence like "the certificate …". For a
 * number that is no fault, those of OUTLINE_INVALID. Never NULL. */
const char *outline_fault_code(int fault);
const char *outline_fault_text(int fault);

/* Whether the fault is one of size: the certificate is refused for what it would cost. */
bool outline_fault_is_size(int fault);
