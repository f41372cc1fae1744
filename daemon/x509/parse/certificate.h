/* SPDX-License-Identifier: MIT */
#pragma once

/* A parsed certificate: what it presents, and its key as bytes. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/identity/identity.h"
#include "daemon/x509/parse/context.h"

struct certificate;

/* Not one certificate in DER: it does not decode, is encoded otherwise than in DER, or something
 * follows it. */
#define CERTIFICATE_INVALID 1

/*
 * Parses `len` bytes of DER, which need not outlive the call. No profile is applied: signature,
 * dates, keys and extensions other than the names are not looked at.
 *
 * 0 and *certificatep is the caller's; CERTIFICATE_INVALID; or -ENOMEM.
 */
int certificate_parse(struct certificate **certificatep, const struct x509_context *context,
                      const uint8_t *der, size_t len);

/* Frees it; takes NULL. Returns NULL. */
struct certificate *certificate_free(struct certificate *certificate);

/* The presented identities, alternative names first; they live as long as the certificate. */
const struct identity *certificate_identities(const struct certificate *certificate, size_t *np);

/* The SubjectPublicKeyInfo in DER, RFC 5280 section 4.1.2.7; it lives as long as the certificate.
 * Never NULL. */
const uint8_t *certificate_spki(const struct certificate *certificate, size_t *lenp);

/* The issuer's Name in DER, and the serial number's magnitude in network order, RFC 5280 sections
 * 4.1.2.4 and 4.1.2.2; they live as long as the certificate. 0 or -EIO. */
int certificate_issuer(const struct certificate *certificate, const uint8_t **namep, size_t *lenp);
void certificate_serial(const struct certificate *certificate, const uint8_t **serialp,
                        size_t *lenp);

/*
 * The validity, RFC 5280 section 4.1.2.5, in seconds since 1970-01-01T00:00:00Z. False if one of
 * its dates is not one.
 */
bool certificate_validity(const struct certificate *certificate, const struct x509_context *context,
                          int64_t *not_beforep, int64_t *not_afterp);
