/* SPDX-License-Identifier: MIT */
#pragma once

/* A line of a batch: one JSON object that asks one question. */

#include <jansson.h>
#include <stddef.h>

#include "certname/client.h"

struct request_error {
    const char *code; /* as in "invalid-request" */
    char text[256];
};

/*
 * Reads a line into an empty question. 1 if it is a question; 0 if not, and *error says why;
 * -ENOMEM. *idp is the line's `id`, or null where it has none that could be read; the caller's, and
 * never NULL.
 */
int request_read(struct certname_question *question, const char *line, size_t len, json_t **idp,
                 struct request_error *error);
