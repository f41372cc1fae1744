/* SPDX-License-Identifier: MIT */
#pragma once

/* What is refused whatever else a policy says. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/policy/pinset.h"
#include "daemon/policy/rule.h"
#include "daemon/policy/trust.h"

/* Octets of a serial number, RFC 5280 section 4.1.2.2. */
#define POLICY_SERIAL_BYTES 20

/* A serial number: no leading zero octet, zero itself is one octet. */
struct policy_serial {
    uint8_t bytes[POLICY_SERIAL_BYTES];
    size_t len;
};

/* What a section denies by, as bits. */
enum policy_deny_kind {
    POLICY_DENY_NAMES = 1,
    POLICY_DENY_SPKI = 2,
    POLICY_DENY_ISSUER_SPKI = 4,
    POLICY_DENY_SERIALS = 8,
};

struct policy_deny {
    const char *name;
    struct policy_origin origin;
    enum policy_mode mode;
    unsigned kinds;                           /* bits of enum policy_deny_kind */
    struct policy_texts names;                /* A-labels, ascending */
    struct policy_networks networks;          /* of names that are addresses */
    const uint8_t (*spkis)[POLICY_PIN_BYTES]; /* ascending */
    size_t n_spkis;
    const uint8_t (*issuer_spkis)[POLICY_PIN_BYTES]; /* ascending */
    size_t n_issuer_spkis;
    uint8_t issuer[32]; /* SHA-256 of the issuer's Name in DER; with POLICY_DENY_SERIALS */
    const struct policy_serial *serials; /* ascending by length, then by octets */
    size_t n_serials;
};

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
