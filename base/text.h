/* SPDX-License-Identifier: MIT */
#pragma once

/* Text in a bounded piece of memory. What does not fit is left out whole, and said. */

#include <stdbool.h>
#include <stddef.h>

struct text {
    char *out;
    size_t size;
    size_t len; /* without the NUL, which is always there */
    bool cut;   /* something did not fit */
};

/* Begins an empty text; size is at least 1. */
void text_init(struct text *text, char *out, size_t size);

__attribute__((format(printf, 2, 3))) void text_add(struct text *text, const char *format, ...);

/* A string between quotation marks, as JSON and OpenMetrics both have it: of printable ASCII, with
 * quotation marks and backslashes escaped. Whatever else is in it becomes a question mark. */
void text_add_quoted(struct text *text, const char *string);
