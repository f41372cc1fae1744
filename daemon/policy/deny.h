/* SPDX-License-Identifier: MIT */
#pragma once

/* Searches a section `deny`. What it lists is refused whatever else the policy says. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/policy/types.h"

/* Returns whether the section denies certificates, by a key or by issuer and serial number. */
bool policy_deny_has_certificates(const struct policy_deny *deny);

/*
 * Returns whether the section lists the reference, a name that the reference is below, or a network
 * that has the reference's address.
 */
bool policy_deny_has_subject(const struct policy_deny *deny, const struct policy_subject *subject);

/*
 * Returns whether the section lists the end entity's key under `spki`. `spki` is the SHA-256 of its
 * SubjectPublicKeyInfo.
 */
bool policy_deny_has_spki(const struct policy_deny *deny, const uint8_t spki[POLICY_PIN_BYTES]);

/*
 * Returns whether the section lists the key of an issuer under `issuer-spki`: of any certificate of
 * the path but the end entity, so also of the trust anchor. `spki` is the SHA-256 of its
 * SubjectPublicKeyInfo.
 */
bool policy_deny_has_issuer_spki(const struct policy_deny *deny,
                                 const uint8_t spki[POLICY_PIN_BYTES]);

/*
 * Returns whether the section lists a certificate of the path by its issuer and serial number.
 * `issuer` is the SHA-256 of the issuer's Name in DER; `serial` is an unsigned number of `len`
 * octets in network order, whose leading zero octets do not count.
 */
bool policy_deny_has_serial(const struct policy_deny *deny, const uint8_t issuer[32],
                            const uint8_t *serial, size_t len);
