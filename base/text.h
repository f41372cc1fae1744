/* SPDX-License-Identifier: MIT */
#pragma once

/* Text written piece by piece into a buffer of a fixed size, always with a NUL at its end. */

#include <stdbool.h>
#include <stddef.h>

struct text {
    char *out;
    size_t size; /* bytes of `out`; at least 1 */
    size_t len;  /* of the text, without the NUL; less than `size` */
    bool cut;    /* a piece did not fit; later pieces are ignored */
};

/* Begins an empty text in `out`, which stays the caller's; size is at least 1. */
void text_init(struct text *text, char *out, size_t size);

/*
 * Appends a piece if all of it fits. If it does not fit, nothing of it is appended and the text is
 * marked as cut.
 */
__attribute__((format(printf, 2, 3))) void text_add(struct text *text, const char *format, ...);

/*
 * Appends as much of a piece as fits. The text is not marked as cut, so that a caller may lower
 * `size` for this piece, raise it again and append more.
 */
__attribute__((format(printf, 2, 3))) void text_add_fitting(struct text *text, const char *format,
                                                            ...);

/*
 * Appends a string between quotation marks, as text_add does, in a form that both JSON and
 * OpenMetrics read: printable ASCII, with backslashes before quotation marks and backslashes, and a
 * question mark in place of any other byte.
 */
void text_add_quoted(struct text *text, const char *string);
