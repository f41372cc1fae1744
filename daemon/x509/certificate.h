/* SPDX-License-Identifier: MIT */
#pragma once

/* A parsed certificate: what it presents, and its key as bytes. */

#include <stddef.h>
#include <stdint.h>

#include "daemon/identity/identity.h"
#include "daemon/x509/context.h"

struct certificate;

/* Not one certificate in DER: it does not decode, is encoded otherwise than in DER, or something follows it. */
#define CERTIFICATE_INVALID 1

/*
 * Parses `len` bytes of DER, which need not outlive the call. No profile is applied: signature, dates, keys and
 * extensions other than the names are not looked at.
 *
 * 0 and *certificatep is the caller's; CERTIFICATE_INVALID; or -ENOMEM.
 */
int certificate_parse(struct certificate **certificatep, const struct x509_context *context,
                      const uint8_t *der, size_t len);

/* Frees it; takes NULL. Returns NULL. */
struct certificate *certificate_free(struct certificate *certificate);

/* The presented identities, alternative names first; they live as long as the certificate. */
const struct identity *certificate_identities(const struct certificate *certificate, size_t *np);

/* SHA-256 of the SubjectPublicKeyInfo in DER (RFC 7469 section 2.4). 0, -ENOMEM or -EIO. */
int certificate_spki_sha256(const struct certificate *certificate,
                            const struct x509_context *context,
                            uint8_t digest[static X509_SHA256_BYTES]);
