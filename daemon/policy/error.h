/* SPDX-License-Identifier: MIT */
#pragma once

/* Filling in a struct policy_error. */

#include <stdarg.h>

/*
 * What is wrong with a configuration: the fault that was found first, be it not the first in the
 * text. The message may quote the configuration; it is UTF-8 on one line without control
 * characters.
 */
struct policy_error {
    char file[256];    /* may be cut at its start, with "..." */
    unsigned line;     /* 0: the file as a whole */
    char message[512]; /* what is wrong, and what to do */
};

/* What a message shows of a text of any length. */
struct policy_excerpt {
    char text[84];
};

/*
 * Writes the error. Control characters in the message become blanks. Returns 1, "the configuration
 * is refused", so that `return policy_error_set(...)` reads as what it does.
 */
int policy_error_set(struct policy_error *error, const char *file, unsigned line,
                     const char *format, ...) __attribute__((format(printf, 4, 5)));

/* The same with a va_list. */
int policy_error_set_va(struct policy_error *error, const char *file, unsigned line,
                        const char *format, va_list arguments)
    __attribute__((format(printf, 4, 0)));

/* The beginning of `text`, with "..." where that is not all of it. Returns excerpt->text. */
const char *policy_excerpt_make(struct policy_excerpt *excerpt, const char *text);
