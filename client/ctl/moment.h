/* SPDX-License-Identifier: MIT */
#pragma once

/* Moments in time as people and programs write them. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * RFC 3339 section 5.6, `len` bytes: a date that exists, a time, an offset; `t` and `z` may be
 * small letters, and a fraction of the second is cut off, as clocks do. A second 60 is refused: it
 * has no number. True and *secondsp counts from 1970-01-01T00:00:00Z.
 */
bool moment_parse(const char *text, size_t len, int64_t *secondsp);
