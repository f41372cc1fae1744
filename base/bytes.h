/* SPDX-License-Identifier: MIT */
#pragma once

/* A view of bytes that somebody else owns. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Zero-initialised, the view is absent, which differs from an empty view: that one has `data`.
 * `data` may be NULL only where `len` is 0. */
struct bytes {
    const uint8_t *data;
    size_t len;
};

/* Returns whether both views are present and hold the same bytes. */
bool bytes_equal(struct bytes a, struct bytes b);
