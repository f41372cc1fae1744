/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The outline of a certificate: where its parts are in its DER, found before a library parses it.
 * The outline suffices for building paths and costs microseconds. Certificates that would be
 * expensive for a library to parse are refused. No signature has been verified, so nothing in an
 * outline is trusted.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"

/* The reasons for refusing a certificate before it is parsed. */
enum outline_fault {
    OUTLINE_OK = 0,
    OUTLINE_INVALID,      /* not one certificate in DER */
    OUTLINE_TOO_LARGE,    /* larger than PATH_CERTIFICATE_BYTES */
    OUTLINE_NAME,         /* a name is longer than PATH_NAME_BYTES */
    OUTLINE_POINTS,       /* more CRL distribution points than PATH_POINTS_COUNT */
    OUTLINE_EXTENSIONS,   /* more extensions than PATH_EXTENSIONS_COUNT */
    OUTLINE_EXTENSION,    /* an extension that would be decoded is not DER throughout */
    OUTLINE_NESTING,      /* values are nested deeper than PATH_NESTING_COUNT */
    OUTLINE_OID,          /* an OID is longer than PATH_OID_BYTES */
    OUTLINE_VALUES,       /* more DER values than PATH_VALUES_COUNT */
    OUTLINE_RSA_SIZE,     /* an RSA modulus with more bits than PATH_RSA_BITS */
    OUTLINE_RSA_EXPONENT, /* an RSA exponent with more bits than PATH_RSA_EXPONENT_BITS */
    OUTLINE_CURVE,        /* an EC key whose curve is not named */
    OUTLINE_POINT,        /* an EC key whose point is not uncompressed */
    OUTLINE_FAULTS_COUNT,
};

/* All byte strings point into `der`, which is borrowed. */
struct outline {
    struct bytes der;
    struct bytes tbs;           /* TBSCertificate, RFC 5280 section 4.1.2 */
    struct bytes serial;        /* content octets of the INTEGER */
    struct bytes issuer;        /* a Name in DER */
    struct bytes subject;       /* a Name in DER */
    struct bytes spki;          /* a SubjectPublicKeyInfo in DER */
    struct bytes subject_key;   /* the subject key identifier; absent bytes if there is none */
    struct bytes authority_key; /* the authority key identifier; absent bytes if there is none */
    bool has_policy_constraints;
    size_t parsed_bytes; /* an estimate of the memory in bytes that the parsed certificate takes */
    int64_t from;        /* notBefore in seconds since 1970-01-01T00:00:00Z */
    /* notAfter in seconds since 1970; the certificate is still valid in this second */
    int64_t until;
    uint64_t issuer_hash;  /* distinguished_hash of the issuer */
    uint64_t subject_hash; /* distinguished_hash of the subject */
};

/*
 * Reads the outline of the certificate in `len` bytes, which the outline borrows. Returns 0; or a
 * positive enum outline_fault, and *outline is zeroed.
 */
int outline_read(struct outline *outline, const uint8_t *der, size_t len);

/* Makes *moved the outline of a copy of the certificate at `der`. */
void outline_move(struct outline *moved, const struct outline *outline, const uint8_t *der);

/*
 * How well the key identifiers of a certificate and of its possible issuer fit. A lower value is
 * better.
 */
enum outline_fit {
    OUTLINE_FIT_KEY = 0,   /* both are present and equal */
    OUTLINE_FIT_OPEN,      /* at least one of them is absent */
    OUTLINE_FIT_OTHER_KEY, /* they differ */
    OUTLINE_FITS_COUNT,
};

/* Returns whether the subject of `issuer` is the issuer of `outline`. */
bool outline_names_issuer(const struct outline *outline, const struct outline *issuer);

/*
 * Compares the authority key identifier of `outline` with the subject key identifier of `issuer`.
 */
enum outline_fit outline_fits(const struct outline *outline, const struct outline *issuer);

/* Returns whether subject and issuer are the same name. */
bool outline_is_self_issued(const struct outline *outline);

/* Returns whether both are the same certificate, byte for byte. */
bool outline_is_same(const struct outline *a, const struct outline *b);

/*
 * Return the code of a fault, and its text, which continues a sentence that begins with "the
 * certificate". A number that is no fault gets those of OUTLINE_INVALID. Never NULL.
 */
const char *outline_fault_code(int fault);
const char *outline_fault_text(int fault);

/*
 * Returns whether the fault is one of size: the certificate is refused because of what it would
 * cost.
 */
bool outline_fault_is_size(int fault);
