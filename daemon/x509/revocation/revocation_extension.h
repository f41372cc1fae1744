/* SPDX-License-Identifier: MIT */
#pragma once

/* Extensions of CRLs, of their entries and of OCSP responses, RFC 5280 section 4.2. */

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"

/* id-ce, 2.5.29: the arcs below it that are read. */
enum extension_arc {
    EXTENSION_CRL_NUMBER = 20,
    EXTENSION_REASON = 21,
    EXTENSION_INVALIDITY_DATE = 24,
    EXTENSION_DELTA = 27,
    EXTENSION_ISSUING_POINT = 28,
    EXTENSION_CERTIFICATE_ISSUER = 29,
    EXTENSION_AUTHORITY_KEY = 35,
    EXTENSION_OTHER = 256 /* not of id-ce, or further down */
};

struct extension {
    struct bytes oid; /* content octets */
    struct bytes value;
    bool is_critical;
};

/* Takes the next one off *rest. False where there is none, or it is not one in DER. */
bool extension_take(struct bytes *rest, struct extension *extension);

/* Its arc below id-ce. */
unsigned extension_arc(const struct extension *extension);

/* Whether one of its arc has been seen before, which is noted in *seenp: zero to begin with. Only
 * extensions of id-ce are told apart. */
bool extension_is_repeated(const struct extension *extension, uint64_t *seenp);
