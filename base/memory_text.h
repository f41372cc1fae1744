/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Text built in memory that grows as needed. A failed allocation is remembered until the end, so
 * that a text with a piece missing is never taken for whole. glibc's open_memstream does not
 * promise that: a write that fails for want of memory sets no error on the stream, and fclose
 * returns 0 with a NULL text if it cannot shrink its buffer.
 */

#include <stdbool.h>
#include <stddef.h>

/* Zero-initialised, it is empty. */
struct memory_text {
    char *text; /* NULL while nothing was added */
    size_t len; /* bytes, without the NUL */
    size_t capacity;
    bool failed; /* an allocation failed; nothing is added any more */
};

/* Adds formatted text. */
__attribute__((format(printf, 2, 3))) void memory_text_add(struct memory_text *text,
                                                           const char *format, ...);

/* Adds a string as it is. */
void memory_text_append(struct memory_text *text, const char *string);

/*
 * Ends the text and leaves *text empty. On success *stringp is malloc'ed, belongs to the caller and
 * ends in a NUL; *lenp, which may be NULL, is its length. Otherwise both are untouched.
 *
 * Returns 0, or -ENOMEM if any piece was lost.
 */
int memory_text_finish(struct memory_text *text, char **stringp, size_t *lenp);

/* Frees the text and leaves it empty. */
void memory_text_deinit(struct memory_text *text);
