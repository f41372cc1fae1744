/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Compares distinguished names in DER attribute by attribute, RFC 5280 section 7.1. Text is
 * compared by its characters, whatever its string type (UTF8String, PrintableString, IA5String,
 * VisibleString, T61String, BMPString, UniversalString), without regard to ASCII case and to the
 * amount of white space. Everything else is compared byte by byte. If two names that should be
 * equal are found different, the only consequence is a refusal, since an issuer is not found.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"

/* Returns a hash of a name. Equal names have equal hashes. The hash is not collision-resistant. */
uint64_t distinguished_hash(struct bytes name);

/* Returns whether both are the same name. Bytes that are not a Name in DER equal no name. */
bool distinguished_equal(struct bytes a, struct bytes b);
