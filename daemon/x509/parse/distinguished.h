/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Comparison of distinguished names in DER, RFC 5280 section 7.1, attribute by attribute.
 * Text is compared by its characters, whatever the type of its string (UTF8String, PrintableString,
 * IA5String, VisibleString, T61String, BMPString, UniversalString), without regard to ASCII case
 * and to the amount of white space, everything else byte by byte. Two names that should be equal
 * and are found different lead to a refusal only, since an issuer is not found then.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"

/* A hash of a name: equal names have equal hashes. It is not collision-resistant. */
uint64_t distinguished_hash(struct bytes name);

/* Whether both are the same name. Bytes that are not a Name in DER equal no name. */
bool distinguished_equal(struct bytes a, struct bytes b);
