/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The parts of a certificate that a question about its names needs: presented identities, key,
 * issuer, serial number and validity.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/identity/identity.h"
#include "daemon/x509/parse/context.h"

struct certificate;

/* Returned if the bytes are not exactly one certificate in DER. */
#define CERTIFICATE_INVALID 1

/*
 * Parses `len` bytes of DER, which need not outlive the call. No profile is applied: the signature,
 * the dates, the key and extensions other than subjectAltName are not checked.
 *
 * Returns 0, and *certificatep is the caller's; CERTIFICATE_INVALID; or -ENOMEM.
 */
int certificate_parse(struct certificate **certificatep, const struct x509_context *context,
                      const uint8_t *der, size_t len);

/* Frees a certificate; takes NULL. Returns NULL. */
struct certificate *certificate_free(struct certificate *certificate);

/*
 * Returns the presented identities, *np of them, subject alternative names first. They live as long
 * as the certificate.
 */
const struct identity *certificate_identities(const struct certificate *certificate, size_t *np);

/*
 * Returns the SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7), byte for byte as in the certificate,
 * and its length in *lenp. Never NULL. It is valid as long as the certificate.
 */
const uint8_t *certificate_spki(const struct certificate *certificate, size_t *lenp);

/*
 * certificate_issuer sets *namep to the issuer's Name in DER (RFC 5280 section 4.1.2.4) and returns
 * 0 or -EIO. certificate_serial sets *serialp to the magnitude of the serial number in network
 * order (section 4.1.2.2). Both live as long as the certificate.
 */
int certificate_issuer(const struct certificate *certificate, const uint8_t **namep, size_t *lenp);
void certificate_serial(const struct certificate *certificate, const uint8_t **serialp,
                        size_t *lenp);

/*
 * Returns whether the certificate may sign others: basicConstraints has cA, or keyUsage has
 * keyCertSign or cRLSign. X509-SVID section 5.2 forbids all three in the certificate of a workload.
 * Also returns true if one of these extensions is malformed.
 */
bool certificate_may_sign(const struct certificate *certificate);

/*
 * Returns whether the certificate is that of a host and an authority at once: basicConstraints has
 * cA, subjectAltName a dNSName or iPAddress, and extKeyUsage, if there is one, allows TLS servers.
 */
bool certificate_is_host_and_authority(const struct certificate *certificate);

/*
 * Sets the validity (RFC 5280 section 4.1.2.5), in seconds since 1970-01-01T00:00:00Z. Returns
 * false if one of the dates is malformed.
 */
bool certificate_validity(const struct certificate *certificate, const struct x509_context *context,
                          int64_t *not_beforep, int64_t *not_afterp);
