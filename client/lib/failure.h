/* SPDX-License-Identifier: MIT */
#pragma once

/* Why a call returned an error, as one sentence for people: what failed, on what, what to do. */

struct failure {
    int errnum;     /* the errno behind it; 0 if no system call failed */
    unsigned field; /* of the question, which the daemon does not know; 0: the error is another */
    char text[1024];
};

void failure_clear(struct failure *failure);

/*
 * Writes the sentence, in which %m stands for errnum; control characters become question marks.
 * Sets errno to errnum unless that is 0. Returns `code`, so that a caller can return the call.
 */
int failure_set(struct failure *failure, int code, int errnum, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
