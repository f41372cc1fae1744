/* SPDX-License-Identifier: MIT */
#pragma once

/* Numbers of a status as people read them: with units, ages and the names of users. */

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

enum unit {
    UNIT_NONE = 0,
    UNIT_BYTES,
    UNIT_MICROSECONDS,
    UNIT_SECONDS,
    UNIT_USER,   /* a user id */
    UNIT_MOMENT, /* a text in the format of RFC 3339 */
};

/* Returns the unit of a key's value, by the key's ending. A key that has none of its own has that
 * of the object that it stands in, if that is a time. */
enum unit unit_of_key(const char *key, enum unit outer);

/* Prints a value in its unit. Returns false, and has printed nothing, if the unit says nothing
 * about such a value. */
bool unit_print(FILE *out, enum unit unit, const json_t *value);
