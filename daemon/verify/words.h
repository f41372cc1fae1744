/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The messages of one verdict, in memory of a fixed size, because a reply that refuses has to stay
 * short.
 */

#include <stddef.h>

#include "base/bytes.h"

/*
 * The most bytes of all messages of a verdict. They share the 4 KiB of a reply that refuses with
 * the presented identities.
 */
#define WORDS_BYTES 2048

/* Zero-initialised, it holds no message. */
struct words {
    char data[WORDS_BYTES];
    size_t used;
};

/*
 * Prints a message after those that are already there and returns it. The message lives as long as
 * `words` and does not move. A message that does not fit is cut between UTF-8 characters; "..." is
 * returned if nothing of it fits.
 */
struct bytes words_print(struct words *words, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Returns a C string as bytes, without copying it. The string has to outlive the verdict. */
struct bytes words_static(const char *text);
