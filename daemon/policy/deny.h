/* SPDX-License-Identifier: MIT */
#pragma once

/* What is refused whatever else a policy says. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/policy/types.h"

/* The reference is a name of the list or below one, or an address of it. */
bool policy_deny_has_subject(const struct policy_deny *deny, const struct policy_subject *subject);

/* The key of the end entity. `spki` is its SHA-256. */
bool policy_deny_has_spki(const struct policy_deny *deny, const uint8_t spki[POLICY_PIN_BYTES]);

/* The key of any other certificate of the path, the anchor included. */
bool policy_deny_has_issuer_spki(const struct policy_deny *deny,
                                 const uint8_t spki[POLICY_PIN_BYTES]);

/*
 * Any certificate of the path, by its issuer (SHA-256 of the Name in DER) and its serial number, an
 * unsigned number in network order; leading zero octets do not count.
 */
bool policy_deny_has_serial(const struct policy_deny *deny, const uint8_t issuer[32],
                            const uint8_t *serial, size_t len);
