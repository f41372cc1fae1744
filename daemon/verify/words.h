/* SPDX-License-Identifier: MIT */
#pragma once

/* The messages of one verdict, in memory of a fixed size, because a refusal has to stay short. */

#include <stddef.h>

#include "base/bytes.h"

/* Room for the messages of all findings; they share the 4 KiB of a refusal with the presented
 * identities. */
#define WORDS_BYTES 2048

/* Zero-initialised, it is empty. */
struct words {
    char data[WORDS_BYTES];
    size_t used;
};

/*
 * Prints a message behind the others and returns it. The message lives as long as `words` and does
 * not move. A message that does not fit is cut between UTF-8 characters; one of which nothing fits
 * is
 * "...".
 */
struct bytes words_print(struct words *words, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Returns a C string as bytes. It has to outlive the verdict and is not copied. */
struct bytes words_static(const char *text);
