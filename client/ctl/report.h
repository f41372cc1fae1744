/* SPDX-License-Identifier: MIT */
#pragma once

/* A JSON object for a person: whatever is in it is shown, also what this program does not know. */

#include <jansson.h>
#include <stdio.h>

/* One line a value, indented; what a person looks for first comes first. 0 or -ENOMEM. */
int report_print(FILE *out, const json_t *object);

/* The value of a key of the object, or of an object in it; borrowed, NULL if there is none. */
const json_t *report_find(const json_t *object, const char *key);
