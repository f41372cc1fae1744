/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Signed values of X.509: SEQUENCE { value, AlgorithmIdentifier, BIT STRING }. They are read and
 * verified in place; nothing is copied.
 */

#include <stdbool.h>

#include <openssl/evp.h>

#include "base/bytes.h"
#include "daemon/x509/parse/context.h"

/* A signed value. All byte strings point into the bytes from which it was read. */
struct signed_value {
    struct bytes tbs;       /* the signed part, with its tag and length */
    struct bytes content;   /* the content of the signed part, without tag and length */
    struct bytes algorithm; /* the AlgorithmIdentifier in DER */
    struct bytes signature; /* octets of the BIT STRING */
    struct bytes rest;      /* the bytes that follow in the sequence */
};

/* Reads a signed value that takes up all of `bytes`. Returns false if it is malformed. */
bool signed_value_read(struct signed_value *value, struct bytes bytes);

/* The result of a verification. Compare with ==; zero is not good. */
enum signature_outcome {
    SIGNATURE_BAD = 0,
    SIGNATURE_REFUSED = 1, /* the algorithm or the key is not accepted, so nothing was verified */
    SIGNATURE_GOOD = 0x35c8e27a
};

/*
 * Verifies the signature with `key`. If `key` is NULL, the outcome is SIGNATURE_REFUSED. The
 * accepted algorithms are those of public certificates, in their one encoding: RSA (PKCS #1 v1.5
 * and PSS) up to REVOCATION_RSA_BITS and ECDSA, with SHA-256, SHA-384 or SHA-512, and Ed25519 and
 * Ed448.
 *
 * Returns 0 and *outcomep, or -ENOMEM.
 */
int signature_verify(const struct x509_context *context, EVP_PKEY *key,
                     const struct signed_value *value, enum signature_outcome *outcomep);
