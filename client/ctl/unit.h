/* SPDX-License-Identifier: MIT */
#pragma once

/* Prints the numbers of a status for people: with units, ages and the names of users. */

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

enum unit {
    UNIT_NONE = 0,
    UNIT_BYTES,
    UNIT_MICROSECONDS,
    UNIT_SECONDS,
    UNIT_USER,   /* a user id */
    UNIT_MOMENT, /* a time as a string in the format of RFC 3339 */
};

/*
 * Returns the unit of a key's value, which the end of the key's name tells. If it tells none, the
 * value has the unit `outer` of the object that contains the key, provided that is
 * UNIT_MICROSECONDS and the key is not "count".
 */
enum unit unit_of_key(const char *key, enum unit outer);

/*
 * Prints a value with its unit. Returns false and prints nothing if a value of this type cannot
 * have this unit.
 */
bool unit_print(FILE *out, enum unit unit, const json_t *value);
