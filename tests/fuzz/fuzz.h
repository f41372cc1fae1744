/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Functions for the fuzz targets. A target is one function over untrusted input, which libFuzzer
 * calls, or replay.c with the committed corpus. A target fails by ending the program; its result
 * means nothing.
 */

#include <stddef.h>
#include <stdint.h>

/* The target, by the name that libFuzzer looks for. Returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* Ends the program, with this sentence on standard error, unless the condition holds. */
void fuzz_must(int holds, const char *sentence);

/* Takes the next part of an input: a length in two big-endian bytes, then so many bytes, or as many
 * as are left. The part borrows from the input. Returns 0 at the end of the input. */
struct fuzz_part {
    const uint8_t *data;
    size_t len;
};
int fuzz_take(struct fuzz_part *rest, struct fuzz_part *part);
