/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A certificate's outline: where its parts lie in its DER, found by a walk of our own before any
 * library parses it. It is all that building a path needs, costs microseconds, and stops what would
 * make a library work hard. Nothing in it is trusted for being there.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"

/* Why a certificate is not looked at any further. */
enum outline_fault {
    OUTLINE_OK = 0,
    OUTLINE_INVALID,      /* not one certificate in DER */
    OUTLINE_TOO_LARGE,    /* over PATH_CERTIFICATE_BYTES */
    OUTLINE_NAME,         /* a name over PATH_NAME_BYTES */
    OUTLINE_POINTS,       /* over PATH_POINTS_COUNT */
    OUTLINE_EXTENSIONS,   /* over PATH_EXTENSIONS_COUNT */
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
    struct bytes tbs;           /* TBSCertificate, RFC 5280 section 4.1.2, and so on */
    struct bytes serial;        /* content octets */
    struct bytes issuer;        /* a Name in DER */
    struct bytes subject;       /* likewise */
    struct bytes spki;          /* a SubjectPublicKeyInfo in DER */
    struct bytes subject_key;   /* the key identifier; no data where there is none */
    struct bytes authority_key; /* the issuer's; no data where there is none */
    bool has_policy_constraints;
    int64_t from; /* notBefore and notAfter, both within: seconds since 1970-01-01T00:00:00Z */
    int64_t until;
    uint64_t issuer_hash; /* distinguished_hash of both names */
    uint64_t subject_hash;
};

/*
 * Reads it off `len` bytes, which the outline borrows. 0, or a positive enum outline_fault, and
 * then *outline holds nothing.
 */
int outline_read(struct outline *outline, const uint8_t *der, size_t len);

/* The outline of a copy of the same bytes at `der`. */
void outline_move(struct outline *moved, const struct outline *outline, const uint8_t *der);

/* How the key identifiers fit: an issuer of whom they say nothing comes between. */
enum outline_fit {
    OUTLINE_FIT_KEY = 0,
    OUTLINE_FIT_OPEN,
    OUTLINE_FIT_OTHER_KEY,
    OUTLINE_FITS_COUNT,
};

/* Whether `issuer` has the name of the issuer of `outline`. */
bool outline_names_issuer(const struct outline *outline, const struct outline *issuer);

/* How the key identifiers of both fit. */
enum outline_fit outline_fits(const struct outline *outline, const struct outline *issuer);

/* Whether subject and issuer are one name. */
bool outline_is_self_issued(const struct outline *outline);

/* Whether both are the same certificate, byte for byte. */
bool outline_is_same(const struct outline *a, const struct outline *b);

/* A code for programs and a sentence without a capital and a full stop; of OUTLINE_INVALID where
 * there is no such fault. Never NULL. */
const char *outline_fault_code(int fault);
const char *outline_fault_text(int fault);

/* Whether the certificate is refused for what it would cost, rather than for what it is. */
bool outline_fault_is_size(int fault);
