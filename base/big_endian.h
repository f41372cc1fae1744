/* SPDX-License-Identifier: MIT */
#pragma once

/* Big-endian numbers, which frames and recorded requests have. */

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

/* Returns the number in n octets; n is at most 8. */
static inline uint64_t big_endian_read(const uint8_t *data, size_t n)
{
    uint64_t value = 0;

    assert(n <= sizeof(value));
    for (size_t i = 0; i < n; i++)
        value = value << 8 | data[i];
    return value;
}

/* Writes the low n octets of a number; n is at most 8. */
static inline void big_endian_write(uint8_t *out, size_t n, uint64_t value)
{
    assert(n <= sizeof(value));
    for (size_t i = n; i > 0; i--) {
        out[i - 1] = (uint8_t)value;
        value >>= 8;
    }
}
