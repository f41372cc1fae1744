/* SPDX-License-Identifier: MIT */
#pragma once

/* Serial numbers of certificates, as octets that can be compared and as hexadecimal text. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/memory_text.h"

/* The most octets of a serial number, RFC 5280 section 4.1.2.2. */
#define POLICY_SERIAL_BYTES 20

/* A serial number without leading zero octets; the number zero is one octet. */
struct policy_serial {
    uint8_t bytes[POLICY_SERIAL_BYTES];
    size_t len;
};

/*
 * Sets *serial to a number of `len` octets in network order, whose leading zeros are left out.
 * Returns false if the rest is longer than POLICY_SERIAL_BYTES.
 */
bool policy_serial_set(struct policy_serial *serial, const uint8_t *octets, size_t len);

/*
 * Reads hexadecimal text such as "0a1b", "0A:1B" or "a1b". Returns NULL, or a sentence fragment
 * about the fault.
 */
const char *policy_serial_parse(struct policy_serial *serial, const char *text);

/*
 * Orders serial numbers by length, then by octets. Returns a value below, equal to or above 0, as
 * memcmp does.
 */
int policy_serial_compare(const struct policy_serial *one, const struct policy_serial *other);

/* Appends two hexadecimal digits for each octet. */
void policy_serial_print(struct memory_text *out, const struct policy_serial *serial);
