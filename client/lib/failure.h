/* SPDX-License-Identifier: MIT */
#pragma once

/* Why a call gave no verdict, for a person: what failed, on what, what to do. */

struct failure {
    int errnum; /* 0 if no system call is behind it */
    char text[1024];
};

void failure_clear(struct failure *failure);

/*
 * Writes the sentence, in which %m stands for errnum, and returns code. Leaves errnum in errno if
 * not 0.
 */
int failure_set(struct failure *failure, int code, int errnum, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
