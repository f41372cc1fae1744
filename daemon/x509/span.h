/* SPDX-License-Identifier: MIT */
#pragma once

/* Bytes that belong to somebody else. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Zero-initialised, it is nothing: which is not the same as an empty one with data. */
struct span {
    const uint8_t *data;
    size_t len;
};

/* Whether two spans hold the same bytes; one that is nothing equals none. */
bool span_equal(struct span a, struct span b);
