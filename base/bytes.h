/* SPDX-License-Identifier: MIT */
#pragma once

/* A pointer and a length: bytes that are only borrowed. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A zero-initialised struct stands for bytes that are absent. Bytes that are present but empty have
 * a `data` that is not NULL. `data` may be NULL only where `len` is 0.
 */
struct bytes {
    const uint8_t *data;
    size_t len;
};

/* Returns whether both are present and hold the same bytes. */
bool bytes_equal(struct bytes a, struct bytes b);
