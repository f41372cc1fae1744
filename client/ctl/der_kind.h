/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Recognises DER objects that must not be sent to the daemon as a certificate by mistake, above all
 * private keys.
 */

#include <stddef.h>
#include <stdint.h>

/*
 * Returns what the object is, in words with an article, for example "a private key", if it begins
 * like a private key (PKCS #1, PKCS #8 or SEC 1; RFC 8017, 5958 and 5915), a PKCS #12 file (RFC
 * 7292), PKCS #7 (RFC 2315), a certificate signing request (RFC 2986) or a public key (RFC 5280
 * section 4.1). Only the beginning is looked at, so that an object that is damaged further on is
 * recognised too. Returns NULL for everything else; no certificate, CRL or OCSP response begins
 * like one of these.
 */
const char *der_kind_unfit(const uint8_t *der, size_t len);
