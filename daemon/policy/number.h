/* SPDX-License-Identifier: MIT */
#pragma once

/* Reads and prints numbers with units. */

#include <stdint.h>

#include "base/memory_text.h"

enum policy_unit {
    POLICY_UNIT_NONE = 0, /* a count, without a unit */
    POLICY_UNIT_MS, /* milliseconds; the text has ms, s, min, h or d after the digits, except for 0
                     */
    POLICY_UNIT_BYTES, /* bytes; the text may have K, M or G after the digits, which are powers of
                          1,024 */
};

/*
 * Reads a number; *valuep is in milliseconds or bytes, as `unit` says. Returns NULL, or a sentence
 * fragment about the fault.
 */
const char *policy_number_parse(const char *text, enum policy_unit unit, uint64_t *valuep);

/* Prints the number in the largest unit that divides it. */
void policy_number_print(struct memory_text *out, uint64_t value, enum policy_unit unit);
