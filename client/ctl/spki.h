/* SPDX-License-Identifier: MIT */
#pragma once

/* Public keys from files, and the SHA-256 digests of SubjectPublicKeyInfo that pins consist of. */

#include <openssl/x509.h>
#include <stdint.h>

#include "base/digest.h"

#define SPKI_TEXT_BYTES 256

struct spki {
    uint8_t digest[DIGEST_BYTES];  /* SHA-256 of SubjectPublicKeyInfo in DER */
    const char *source;            /* what held the key: "certificate", "public key", ... */
    char subject[SPKI_TEXT_BYTES]; /* the holder's name as spki_name() writes it, or "" */
    const X509 *certificate;       /* what held the key, or NULL; borrowed for the call */
};

/* Uses one key. Returns 0; or prints why it failed and returns -1. */
typedef int (*spki_fn)(void *context, const struct spki *spki);

/* Writes a name as RFC 4514 has it, in printable ASCII; a longer one is cut and ends in "...". */
void spki_name(char text[static SPKI_TEXT_BYTES], const X509_NAME *name);

/*
 * Calls `take` for each key of a file in order. The file holds certificates, certificate requests,
 * public keys or private keys that are not encrypted, in PEM, or one of these in DER; the path `-`
 * is standard input. A file without any is an error. Returns 0; or prints why it failed and
 * returns -1.
 */
int spki_each(const char *path, spki_fn take, void *context);

/* Writes the digest of a key. Returns 0, or -1 if the key has no SubjectPublicKeyInfo. */
int spki_digest(uint8_t digest[static DIGEST_BYTES], const EVP_PKEY *key);
