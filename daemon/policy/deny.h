/* SPDX-License-Identifier: MIT */
#pragma once

/* Looks into the sections `deny`, which refuse whatever else a policy says. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/policy/types.h"

/* Returns whether the section denies the reference: a listed name, a name below one, or an address
 * of a listed network. */
bool policy_deny_has_subject(const struct policy_deny *deny, const struct policy_subject *subject);

/* Returns whether the section denies the end entity's key. `spki` is its SHA-256. */
bool policy_deny_has_spki(const struct policy_deny *deny, const uint8_t spki[POLICY_PIN_BYTES]);

/* Returns whether the section denies the key of any other certificate of the path, also of the
 * trust anchor. `spki` is its SHA-256. */
bool policy_deny_has_issuer_spki(const struct policy_deny *deny,
                                 const uint8_t spki[POLICY_PIN_BYTES]);

/* Returns whether the section denies a certificate of the path by its issuer and serial number.
 * `issuer` is the SHA-256 of the issuer's Name in DER; `serial` is an unsigned number of `len`
 * octets in network order, whose leading zero octets do not count. */
bool policy_deny_has_serial(const struct policy_deny *deny, const uint8_t issuer[32],
                            const uint8_t *serial, size_t len);
