/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Where an error began. A function that fails by itself, rather than forwarding a failure, returns
 * error_origin(-errno value): the place and the number are remembered, and whoever ends up with the
 * failure can log both. Only a failure pays for it.
 *
 * The remembered place serves the log alone and decides nothing. It is the one piece of state that
 * belongs to no object, as errno itself does, because it has to be written where no object of the
 * reader's is at hand.
 */

/* Remembers where a failure began. Evaluates to r, a negative errno. */
#define error_origin(r) error_origin_set((r), __FILE_NAME__, __LINE__, __func__)

/* The last failure that this process has remembered. */
struct error_origin {
    const char *file; /* its name without folders; NULL: none yet */
    const char *function;
    int line;
    int r; /* a negative errno */
};

/* Remembers a failure; error_origin fills in the place. Returns r. */
int error_origin_set(int r, const char *file, int line, const char *function);

/* Returns the last failure remembered. A reader that compares its `r` with the failure in hand
 * tells an origin that was not marked from one that was. */
struct error_origin error_origin_last(void);

/* Forgets it, so that an older failure is not taken for the origin of the next. */
void error_origin_clear(void);
