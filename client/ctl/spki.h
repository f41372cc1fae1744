/* SPDX-License-Identifier: MIT */
#pragma once

/* Public keys, and what they are pinned by, out of files. */

#include <openssl/x509.h>
#include <stdint.h>

#define SPKI_DIGEST_BYTES 32
#define SPKI_TEXT_BYTES   256

struct spki {
    uint8_t digest[SPKI_DIGEST_BYTES]; /* SHA-256 of SubjectPublicKeyInfo in DER */
    const char *what;                  /* it comes from: "certificate", "public key", ... */
    char subject[SPKI_TEXT_BYTES];     /* as spki_name(), or empty */
    const X509 *certificate;           /* that it comes from, or NULL; borrowed for the call */
};

/* 0, or -1 and it has been said why. */
typedef int (*spki_fn)(void *context, const struct spki *spki);

/* The subject or issuer in printable ASCII, RFC 4514, perhaps cut. */
void spki_name(char text[static SPKI_TEXT_BYTES], const X509_NAME *name);

/*
 * Gives each key of a file to `take`, in their order: of certificates and requests, public keys and
 * private ones that are not encrypted, in PEM or one in DER; `-` is standard input. A file without
 * any is an error. 0, or -1 and it has been said why.
 */
int spki_each(const char *path, spki_fn take, void *context);

/* The digest of a key. 0, or -1. */
int spki_digest(uint8_t digest[static SPKI_DIGEST_BYTES], const EVP_PKEY *key);
