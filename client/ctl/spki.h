/* SPDX-License-Identifier: MIT */
#pragma once

/* Reads public keys from files and computes their pins: the SHA-256 of SubjectPublicKeyInfo. */

#include <openssl/x509.h>
#include <stdint.h>

#include "base/digest.h"

#define SPKI_TEXT_BYTES 256

struct spki {
    uint8_t digest[DIGEST_BYTES]; /* SHA-256 of SubjectPublicKeyInfo in DER */
    const char *source; /* the kind of object that held the key: "certificate", "public key", ... */
    char subject[SPKI_TEXT_BYTES]; /* the subject of a certificate or request as spki_name() writes
                                      it; "" if there is none */
    /* the certificate that held the key, or NULL; valid only during the call */
    const X509 *certificate;
};

/* Handles one key. Returns 0; or prints why it failed and returns -1. */
typedef int (*spki_fn)(void *context, const struct spki *spki);

/*
 * Writes a name in the form of RFC 4514, in printable ASCII. A name that does not fit is cut and
 * ends in "...".
 */
void spki_name(char text[static SPKI_TEXT_BYTES], const X509_NAME *name);

/*
 * Calls `take` for each key of a file, in order. The file holds certificates, certificate requests,
 * public keys or unencrypted private keys as PEM blocks, or one such object in DER. The path `-`
 * means standard input. A file without a key is an error. Returns 0; or prints why it failed and
 * returns -1.
 */
int spki_each(const char *path, spki_fn take, void *context);

/*
 * Writes the SHA-256 of the key's SubjectPublicKeyInfo. Returns 0, or -1 if the key has no
 * SubjectPublicKeyInfo.
 */
int spki_digest(uint8_t digest[static DIGEST_BYTES], const EVP_PKEY *key);
