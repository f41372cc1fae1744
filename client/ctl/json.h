/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Verdicts and errors as JSON objects. Other programs read their keys, so that a key never changes
 * its meaning. Each function returns NULL if there is no memory.
 */

#include <jansson.h>

#include "certname/client.h"

/*
 * Makes the program print an error and exit with COMMAND_UNDECIDED when jansson gets no memory.
 * Call it before anything else of jansson: jansson does not check every allocation when it parses
 * or prints a string, and a host name that was cut would be another host.
 */
void json_exit_without_memory(void);

/* Returns a new object with everything in the verdict. */
json_t *json_from_verdict(const struct certname_verdict *verdict);

/* Returns the new object {"error": {"code": ..., "message": ...}}. */
json_t *json_from_error(const char *code, const char *message);

/*
 * Returns the object as one line of ASCII without a newline, for free(). Releases the caller's
 * reference to the object, which may be NULL.
 */
char *json_line(json_t *object);
