/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Remembers where a failure began, for the log. A function that is the origin of a failure, rather
 * than forwarding one, returns error_origin(-errno value), which remembers the place and the
 * number. The function that finally handles the failure can then log both. A call that succeeds
 * costs nothing.
 *
 * The remembered place is only logged and decides nothing. It is global, like errno, because it has
 * to be set where no object of the reader's is at hand.
 */

/* Remembers this line as the origin of the failure r, a negative errno. Evaluates to r. */
#define error_origin(r) error_origin_set((r), __FILE_NAME__, __LINE__, __func__)

/* The origin of the last failure that this process has remembered. */
struct error_origin {
    const char *file; /* the source file's name without folders; NULL: nothing is remembered */
    const char *function;
    int line;
    int r; /* a negative errno */
};

/* Remembers a failure; the macro error_origin calls this with its own place. Returns r. */
int error_origin_set(int r, const char *file, int line, const char *function);

/*
 * Returns the last failure that was remembered. A caller compares its `r` with the failure in hand:
 * if they differ, the failure in hand comes from code that does not use error_origin.
 */
struct error_origin error_origin_last(void);

/* Forgets the remembered failure, so that it is not taken for the origin of a later one. */
void error_origin_clear(void);
