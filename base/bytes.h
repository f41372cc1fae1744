/* SPDX-License-Identifier: MIT */
#pragma once

/* A view of bytes that belong to somebody else. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Zero-initialised, a view is absent. An empty view is a different thing: its `data` is not NULL.
 * `data` may be NULL only where `len` is 0. */
struct bytes {
    const uint8_t *data;
    size_t len;
};

/* Returns whether both views are present and hold the same bytes. */
bool bytes_equal(struct bytes a, struct bytes b);
