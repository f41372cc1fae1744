/* SPDX-License-Identifier: MIT */
#pragma once

/* The error that says why a configuration is refused, and the functions that fill it in. */

#include <stdarg.h>

/*
 * The first fault that was found in a configuration; the text may have others before it. The
 * message may quote the configuration; it is UTF-8 on one line without control characters.
 */
struct policy_error {
    char file[256];    /* a name that is too long loses its beginning, and begins with "..." */
    unsigned line;     /* 0: the error is about the whole file */
    char message[512]; /* what is wrong, and what to do */
};

/* The beginning of a text, short enough to be quoted in a message. */
struct policy_excerpt {
    char text[84];
};

/* Fills in *error. Control characters in the message become blanks. Returns 1, which means "the
 * configuration is refused", so that a caller can return it. */
int policy_error_set(struct policy_error *error, const char *file, unsigned line,
                     const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Does what policy_error_set does, with a va_list. */
int policy_error_set_va(struct policy_error *error, const char *file, unsigned line,
                        const char *format, va_list arguments)
    __attribute__((format(printf, 4, 0)));

/*
 * Copies the beginning of `text`, followed by "..." if something was left out. Returns
 * excerpt->text.
 */
const char *policy_excerpt_make(struct policy_excerpt *excerpt, const char *text);
