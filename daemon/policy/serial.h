/* SPDX-License-Identifier: MIT */
#pragma once

/* Serial numbers: as hexadecimal text, and in one form for comparison. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Octets of a serial number, RFC 5280 section 4.1.2.2. */
#define POLICY_SERIAL_BYTES 20

/* A serial number: no leading zero octet, zero itself is one octet. */
struct policy_serial {
    uint8_t bytes[POLICY_SERIAL_BYTES];
    size_t len;
};

/* Drops leading zero octets. False for what is longer than any serial number. */
bool policy_serial_set(struct policy_serial *serial, const uint8_t *octets, size_t len);

/* Reads "0a1b", "0A:1B" or "a1b". NULL, or a sentence fragment on what is wrong. */
const char *policy_serial_parse(struct policy_serial *serial, const char *text);

/* By length, then by octets. */
int policy_serial_compare(const struct policy_serial *one, const struct policy_serial *other);

/* As two hexadecimal digits an octet. */
void policy_serial_print(FILE *out, const struct policy_serial *serial);
