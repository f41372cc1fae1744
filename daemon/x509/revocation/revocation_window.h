/* SPDX-License-Identifier: MIT */
#pragma once

/* The window of time in which an answer stays the same. */

#include <stdint.h>

struct window {
    int64_t time;        /* the time of the question */
    int64_t from, until; /* around it; both are part of the window */
};

/* Sets the window to all of time, with the question at `time`. */
void window_init(struct window *window, int64_t time);

/*
 * Narrows the window to the moments that lie as the question does to the period from..until (both
 * are part of it): before, in or after it. A period that ends before it begins contains no moment.
 */
void window_narrow(struct window *window, int64_t from, int64_t until);
