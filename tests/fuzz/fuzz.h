/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Functions for the fuzz targets. A target is one function that is given untrusted input, by
 * libFuzzer, or by replay.c with the committed corpus. A target reports a failure by ending the
 * program; its return value means nothing.
 */

#include <stddef.h>
#include <stdint.h>

/* The target. The name is the one that libFuzzer looks for. Returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* Unless the condition holds, ends the program with this sentence on standard error. */
void fuzz_must(int holds, const char *sentence);

/*
 * Takes the next part of an input: a length in two big-endian bytes, then that many bytes, or as
 * many as are left. The part borrows from the input. Returns 0 at the end of the input, else 1.
 */
struct fuzz_part {
    const uint8_t *data;
    size_t len;
};
int fuzz_take(struct fuzz_part *rest, struct fuzz_part *part);
