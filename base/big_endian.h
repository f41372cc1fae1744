/* SPDX-License-Identifier: MIT */
#pragma once

/* Numbers in network order, as frames and records have them. */

#include <stddef.h>
#include <stdint.h>

/* The number in n octets, at most 8. */
static inline uint64_t big_endian_read(const uint8_t *data, size_t n)
{
    uint64_t value = 0;

    for (size_t i = 0; i < n; i++)
        value = value << 8 | data[i];
    return value;
}

/* Writes the low n octets of a number. */
static inline void big_endian_write(uint8_t *out, size_t n, uint64_t value)
{
    for (size_t i = n; i > 0; i--) {
        out[i - 1] = (uint8_t)value;
        value >>= 8;
    }
}
