/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* A view of bytes that somebody else owns. `data` may be NULL only where `len` is 0. */
struct bytes {
    const uint8_t *data;
    size_t len;
};
