/* SPDX-License-Identifier: MIT */
#pragma once

/* Numbers with units, as text. */

#include <stdint.h>
#include <stdio.h>

enum policy_unit {
    POLICY_UNIT_NONE = 0, /* a count: no suffix */
    POLICY_UNIT_MS,       /* ms, s, min, h, d; a zero needs none */
    POLICY_UNIT_BYTES,    /* none, or K, M, G: powers of 1,024 */
};

/* Sets *valuep, in milliseconds or bytes. NULL, or a sentence fragment on what is wrong. */
const char *policy_number_parse(const char *text, enum policy_unit unit, uint64_t *valuep);

/* In the greatest unit that is exact. */
void policy_number_print(FILE *out, uint64_t value, enum policy_unit unit);
