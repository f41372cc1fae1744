/* SPDX-License-Identifier: MIT */
#pragma once

/* Bytes that belong to somebody else. */

#include <stddef.h>
#include <stdint.h>

/* Zero-initialised, it is nothing: which is not the same as an empty one with data. */
struct span {
    const uint8_t *data;
    size_t len;
};
