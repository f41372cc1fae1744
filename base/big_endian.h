/* SPDX-License-Identifier: MIT */
#pragma once

/* Reads and writes big-endian numbers, for frames and for packed bytes (packed.h). */

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

/* Returns the number that n octets hold, the most significant one first; n is at most 8. */
static inline uint64_t big_endian_read(const uint8_t *data, size_t n)
{
    uint64_t value = 0;

    assert(n <= sizeof(value));
    for (size_t i = 0; i < n; i++)
        value = value << 8 | data[i];
    return value;
}

/* Writes the low n octets of a number, the most significant one first; n is at most 8. */
static inline void big_endian_write(uint8_t *out, size_t n, uint64_t value)
{
    assert(n <= sizeof(value));
    for (size_t i = n; i > 0; i--) {
        out[i - 1] = (uint8_t)value;
        value >>= 8;
    }
}
