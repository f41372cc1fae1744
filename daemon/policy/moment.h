/* SPDX-License-Identifier: MIT */
#pragma once

/* Reads and prints moments: a day, or a date and time of RFC 3339. */

#include <stdbool.h>
#include <stdint.h>

#include "base/memory_text.h"

/* Reads "2027-06-30" or "2027-06-30T12:00:00Z" (or +02:00), of the years 1970 to 9999, into seconds
 * since 1970 in UTC. A day counts from its first second to its last. *momentp is the first second;
 * with `is_end` it is the second after the last one, so that the end is included. Returns NULL, or
 * a sentence fragment about the fault. */
const char *policy_moment_parse(const char *text, bool is_end, int64_t *momentp);

/* Prints the shortest text that policy_moment_parse reads as that moment. */
void policy_moment_print(struct memory_text *out, int64_t moment, bool is_end);
