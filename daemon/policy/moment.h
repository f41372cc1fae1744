/* SPDX-License-Identifier: MIT */
#pragma once

/* Moments as text: a day, or a date and time of RFC 3339. */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/*
 * Reads "2027-06-30" or "2027-06-30T12:00:00Z" (or +02:00), of the years 1970 to 9999, into seconds
 * since 1970 in UTC. What is said is included at both ends: as a beginning it is its first second,
 * as an end (`is_end`) *momentp is the second after its last. NULL, or a sentence fragment on what
 * is wrong.
 */
const char *policy_moment_parse(const char *text, bool is_end, int64_t *momentp);

/* The shortest text that reads as that moment. */
void policy_moment_print(FILE *out, int64_t moment, bool is_end);
