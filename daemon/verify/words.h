/* SPDX-License-Identifier: MIT */
#pragma once

/* The sentences of one verdict, in memory of a fixed size: a refusal has to stay short. */

#include <stddef.h>

#include "base/bytes.h"

/* Those of all failures and reports: they share a refusal's 4 KiB with what is presented. */
#define WORDS_BYTES 2048

/* Zero-initialised, it is empty. */
struct words {
    char data[WORDS_BYTES];
    size_t used;
};

/*
 * Appends a sentence and returns it; it lives as long as the words and does not move. What does not
 * fit is cut, between characters of UTF-8; a sentence of which nothing fits is "...".
 */
struct bytes words_print(struct words *words, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A C string that outlives the verdict, as it is. */
struct bytes words_static(const char *text);
