/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Distinguished names in DER, compared as RFC 5280 section 7.1 wants it as far as it is needed:
 * attribute for attribute; text in UTF8String, PrintableString and IA5String without regard to
 * ASCII case and to the amount of white space, everything else byte for byte. Who takes two names
 * for different because of that finds no issuer, which is the safe error.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"

/* Equal names have equal hashes; anybody can make others that have. */
uint64_t distinguished_hash(struct bytes name);

/* Whether both are the same name. One that is not a Name in DER equals none. */
bool distinguished_equal(struct bytes a, struct bytes b);
