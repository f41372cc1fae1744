/* SPDX-License-Identifier: MIT */
#pragma once

/* Serial numbers: as hexadecimal text, and in one form for comparison. */

#include <stdio.h>

#include "daemon/policy/deny.h"

/* Drops leading zero octets. False for what is longer than any serial number. */
bool policy_serial_set(struct policy_serial *serial, const uint8_t *octets, size_t len);

/* Reads "0a1b", "0A:1B" or "a1b". NULL, or a sentence fragment on what is wrong. */
const char *policy_serial_parse(struct policy_serial *serial, const char *text);

/* By length, then by octets. */
int policy_serial_compare(const struct policy_serial *one, const struct policy_serial *other);

/* As two hexadecimal digits an octet. */
void policy_serial_print(FILE *out, const struct policy_serial *serial);
