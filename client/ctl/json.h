/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Verdicts and errors as JSON objects, with the keys that other programs read. All NULL without
 * memory.
 */

#include <jansson.h>

#include "certname/client.h"

/*
 * For the whole program, and before anything else here: where jansson gets no memory the program
 * ends, undecided. jansson does not look at each allocation when it reads and writes: a string
 * would go on without its end, and a host be another host.
 */
void json_end_without_memory(void);

json_t *json_from_verdict(const struct certname_verdict *verdict);

/* {"error": {"code": ..., "message": ...}} */
json_t *json_from_error(const char *code, const char *message);

/* One line of ASCII without its end, for free(). Takes the object, which may be NULL. */
char *json_line(json_t *object);
