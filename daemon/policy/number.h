/* SPDX-License-Identifier: MIT */
#pragma once

/* Reads and prints numbers with units. */

#include <stdint.h>

#include "base/memory_text.h"

enum policy_unit {
    POLICY_UNIT_NONE = 0, /* a count: no suffix */
    POLICY_UNIT_MS,       /* milliseconds: ms, s, min, h or d; 0 needs no unit */
    POLICY_UNIT_BYTES,    /* bytes: no unit, or K, M, G, which are powers of 1,024 */
};

/* Reads a number; *valuep is in milliseconds or bytes, as the unit says. Returns NULL, or a
 * sentence fragment about the fault. */
const char *policy_number_parse(const char *text, enum policy_unit unit, uint64_t *valuep);

/* Prints the number in the greatest unit that divides it. */
void policy_number_print(struct memory_text *out, uint64_t value, enum policy_unit unit);
