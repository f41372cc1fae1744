/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A JSON object as indented text for people. Every key is printed, including keys that this version
 * of the program does not know.
 */

#include <jansson.h>
#include <stdio.h>

/*
 * Prints one line for each value. Keys that people look for first are printed first, and
 * numbers have units (unit.h).
 * Returns 0 or -ENOMEM.
 */
int json_outline_print(FILE *out, const json_t *object);
