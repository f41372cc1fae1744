/* SPDX-License-Identifier: MIT */
#pragma once

/* Text written piece by piece into memory of a fixed size, always ended by a NUL. */

#include <stdbool.h>
#include <stddef.h>

struct text {
    char *out;
    size_t size; /* of `out`; at least 1 */
    size_t len;  /* without the NUL; less than size */
    bool cut;    /* a piece did not fit: nothing is added any more */
};

/* Begins an empty text in `out`, which stays the caller's; size is at least 1. */
void text_init(struct text *text, char *out, size_t size);

/* Adds a piece whole, or not at all where it does not fit: then the text is cut. */
__attribute__((format(printf, 2, 3))) void text_add(struct text *text, const char *format, ...);

/* Adds as much of a piece as fits. The text does not count as cut, so that its user may have
 * lowered `size` to keep room for what follows. */
__attribute__((format(printf, 2, 3))) void text_add_fitting(struct text *text, const char *format,
                                                            ...);

/*
 * Adds a string between quotation marks, as text_add does, in a form that both JSON and OpenMetrics
 * read: printable ASCII, quotation marks and backslashes escaped, a question mark in place of any
 * other byte.
 */
void text_add_quoted(struct text *text, const char *string);
