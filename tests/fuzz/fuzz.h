/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * What the fuzz targets share. Each is one function over bytes that nobody vouches for, called by
 * libFuzzer or, over the committed corpus, by replay.c. What it returns means nothing: a target
 * fails by ending the program.
 */

#include <stddef.h>
#include <stdint.h>

/* The name is libFuzzer's. Always 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* Ends the program with the sentence that does not hold, unless it does. */
void fuzz_must(int holds, const char *sentence);

/* The next part of an input: its length in two bytes, big-endian, then so many, or as many as there
 * are. It borrows; 0 at the input's end. */
struct fuzz_part {
    const uint8_t *data;
    size_t len;
};
int fuzz_take(struct fuzz_part *rest, struct fuzz_part *part);
