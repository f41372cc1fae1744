/* SPDX-License-Identifier: MIT */
#pragma once

/* Reads and prints moments: a day, or a date and time of RFC 3339. */

#include <stdbool.h>
#include <stdint.h>

#include "base/memory_text.h"

/*
 * Reads a day such as "2027-06-30", or a date and time such as "2027-06-30T12:00:00Z" or
 * "2027-06-30T12:00:00+02:00", of the years 1970 to 9999. A day stands for all its seconds in UTC,
 * a date and time for one second. *momentp is the first of these seconds, counted from 1970; with
 * `is_end` it is the second after the last of them, so that the end is included. Returns NULL, or a
 * sentence fragment about the fault.
 */
const char *policy_moment_parse(const char *text, bool is_end, int64_t *momentp);

/*
 * Prints the shortest text that policy_moment_parse, with the same `is_end`, reads as that moment.
 */
void policy_moment_print(struct memory_text *out, int64_t moment, bool is_end);
