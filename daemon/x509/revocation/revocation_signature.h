/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * What is signed the way of X.509: SEQUENCE { what, AlgorithmIdentifier, BIT STRING }. Read from
 * its bytes and verified over them, so that nothing has to be built or copied for it.
 */

#include <stdbool.h>

#include <openssl/evp.h>

#include "base/bytes.h"
#include "daemon/x509/parse/context.h"

struct signed_value {
    struct bytes tbs;       /* what is signed, tag and length included */
    struct bytes content;   /* the same, without them */
    struct bytes algorithm; /* the AlgorithmIdentifier in DER */
    struct bytes signature; /* octets of the BIT STRING */
    struct bytes rest;      /* what else is in the sequence */
};

/* Reads all of `bytes`. False where they are not that. */
bool signed_value_read(struct signed_value *value, struct bytes bytes);

/* Zero is no good signature. */
enum signature {
    SIGNATURE_BAD = 0,
    SIGNATURE_REFUSED = 1, /* an algorithm or a key that is not accepted: nothing was verified */
    SIGNATURE_GOOD = 0x35c8e27a
};

/*
 * Verifies it with `key`. Accepted are the algorithms of public certificates, in their one
 * encoding: RSA (PKCS #1 v1.5 and PSS) up to REVOCATION_RSA_BITS and ECDSA, with SHA-256, SHA-384
 * or SHA-512, and Ed25519 and Ed448. A key of NULL is refused.
 *
 * 0 and *outcomep; or -ENOMEM.
 */
int signature_verify(const struct x509_context *context, EVP_PKEY *key,
                     const struct signed_value *value, enum signature *outcomep);
