/* SPDX-License-Identifier: MIT */
#pragma once

/* The period of time in which an answer stays the same. */

#include <stdint.h>

struct window {
    int64_t time;        /* the time of the question */
    int64_t from, until; /* the first and the last second of the window */
};

/* Sets the window to all of time, with the question at `time`. */
void window_init(struct window *window, int64_t time);

/*
 * Narrows the window to the times that are on the same side of the period from..until as the
 * question: before, in or after it. Both ends belong to the period. A period whose end precedes its
 * begin is empty.
 */
void window_narrow(struct window *window, int64_t from, int64_t until);
