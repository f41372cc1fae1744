/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Text built in memory that grows as needed. A failed allocation is remembered until
 * memory_text_finish, so that a text with a piece missing is never taken for whole. glibc's
 * open_memstream does not promise that: a write that fails for want of memory sets no error on the
 * stream, and fclose returns 0 with a NULL text if it cannot shrink its buffer.
 */

#include <stdbool.h>
#include <stddef.h>

/* A zero-initialised struct is an empty text. */
struct memory_text {
    char *text; /* NULL until something is added */
    size_t len; /* bytes of text, without the NUL */
    size_t capacity;
    bool failed; /* an allocation failed; later additions are ignored */
};

/* Appends formatted text. */
__attribute__((format(printf, 2, 3))) void memory_text_add(struct memory_text *text,
                                                           const char *format, ...);

/* Appends a string unchanged. */
void memory_text_append(struct memory_text *text, const char *string);

/*
 * Ends the text and leaves *text empty. On success *stringp is the malloc'ed text with a NUL, which
 * belongs to the caller, and *lenp, where lenp is not NULL, is its length without the NUL. On
 * failure neither is written.
 *
 * Returns 0, or -ENOMEM if memory ran out at any addition.
 */
int memory_text_finish(struct memory_text *text, char **stringp, size_t *lenp);

/* Frees the text and leaves it empty. */
void memory_text_deinit(struct memory_text *text);
