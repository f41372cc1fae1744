/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Prints a JSON object as indented text for people. Every key is printed, also keys that this
 * version of the program does not know.
 */

#include <jansson.h>
#include <stdio.h>

/*
 * Prints each value on a line of its own; an object of scalars is printed as pairs. The keys that
 * people look for first are printed first, and numbers have units (unit.h). Returns 0 or -ENOMEM.
 */
int json_outline_print(FILE *out, const json_t *object);
