/* SPDX-License-Identifier: MIT */
#pragma once

/* Reads extensions of CRLs, of their entries and of OCSP responses (RFC 5280 section 4.2). */

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"

/* The last number of the OIDs below id-ce (2.5.29) that are read. */
enum extension_arc {
    EXTENSION_CRL_NUMBER = 20,
    EXTENSION_REASON = 21,
    EXTENSION_INVALIDITY_DATE = 24,
    EXTENSION_DELTA = 27,
    EXTENSION_ISSUING_POINT = 28,
    EXTENSION_CERTIFICATE_ISSUER = 29,
    EXTENSION_AUTHORITY_KEY = 35,
    EXTENSION_OTHER = 256 /* any other object identifier */
};

struct extension {
    struct bytes oid;   /* content octets */
    struct bytes value; /* the content of the OCTET STRING */
    bool is_critical;
};

/*
 * Reads the next extension and moves *rest behind it. Returns false if there is none or it is
 * malformed.
 */
bool extension_take(struct bytes *rest, struct extension *extension);

/* Returns the last number of an OID below id-ce, or EXTENSION_OTHER. */
unsigned extension_arc(const struct extension *extension);

/*
 * Returns whether an extension with this number is already marked in *seenp, and marks it. *seenp
 * has to be zero at first. Extensions with EXTENSION_OTHER never count as repeated.
 */
bool extension_is_repeated(const struct extension *extension, uint64_t *seenp);
