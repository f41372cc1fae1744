/* SPDX-License-Identifier: MIT */
#pragma once

/* Between which moments an answer cannot change. */

#include <stdint.h>

struct window {
    int64_t time;        /* of the question */
    int64_t from, until; /* both within, around it */
};

/* All of time, around `time`. */
void window_init(struct window *window, int64_t time);

/*
 * Narrows it to the moments that are on the same side of from..until, both within, as the question:
 * before, in or after it. A period that ends before it begins has no inside.
 */
void window_narrow(struct window *window, int64_t from, int64_t until);
