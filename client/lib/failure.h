/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The reason of an error as one sentence for people: what failed, with which object, and what to
 * do.
 */

struct failure {
    int errnum; /* the errno of the system call that failed; 0 if none failed */
    /* the number of the field of the question that the daemon does not know; 0 for other errors */
    unsigned field;
    char text[1024];
};

void failure_clear(struct failure *failure);

/*
 * Writes the sentence, in which %m stands for errnum; control characters become question marks.
 * Sets errno to errnum unless that is 0. Returns `code`, so that a caller can return the call.
 */
int failure_set(struct failure *failure, int code, int errnum, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
