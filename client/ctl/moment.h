/* SPDX-License-Identifier: MIT */
#pragma once

/* Parses times in the format of RFC 3339. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Parses a time as in RFC 3339 section 5.6: a date that exists, a time of day, and an offset. The
 * letters T and Z may be lower-case; a fraction of a second is dropped. The second 60 (a leap
 * second) is refused, because it has no number of its own in POSIX time. Returns true, and
 * *secondsp is the number of seconds since 1970-01-01T00:00:00Z; or false.
 */
bool moment_parse(const char *text, size_t len, int64_t *secondsp);
