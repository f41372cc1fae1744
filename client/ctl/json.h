/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Makes JSON objects of verdicts and errors. Other programs read them, so that a key never changes
 * its meaning. Each function returns NULL if memory ran out.
 */

#include <jansson.h>

#include "certname/client.h"

/*
 * Makes the program print an error and exit with COMMAND_UNDECIDED when jansson cannot allocate
 * memory. Jansson does not check every allocation when it parses or prints a string, and a host
 * name that was cut short would be another host. Call this before any other function of jansson.
 */
void json_exit_without_memory(void);

/* Returns a new object with every field of the verdict. */
json_t *json_from_verdict(const struct certname_verdict *verdict);

/* Returns the new object {"error": {"code": ..., "message": ...}}. */
json_t *json_from_error(const char *code, const char *message);

/*
 * Returns the object as one line of ASCII without a newline, which the caller frees. Releases the
 * caller's reference to the object, which may be NULL.
 */
char *json_line(json_t *object);
