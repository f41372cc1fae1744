/* SPDX-License-Identifier: MIT */
#pragma once

/* Parses one line of `verify --batch`: a JSON object that describes one question. */

#include <jansson.h>
#include <stddef.h>

#include "certname/client.h"

struct batch_line_error {
    const char *code; /* a name for programs, for example "invalid-request" */
    char text[256];
};

/*
 * Fills an empty question from a line. Returns 1 if the line is a question; 0 if it is not, and
 * fills in *error; or -ENOMEM. In all three cases *idp is a reference to the line's `id` for the
 * caller to release; it is JSON's null where no `id` could be read, and never NULL.
 */
int batch_line_read(struct certname_question *question, const char *line, size_t len, json_t **idp,
                    struct batch_line_error *error);
