/* SPDX-License-Identifier: MIT */
#pragma once

/* When a process that has ended is started again. Zero-initialised, it is due at once. */

#include <stdint.h>

struct back_off {
    int64_t due_ms;        /* by clock_now_ms */
    unsigned n_early_ends; /* in a row */
};

/*
 * Decides when the successor of a process that was started at `started_ms` (by clock_now_ms) is
 * due: at once after a life of LIMIT_RESTART_PAUSE_MS; after that pause where the life was shorter,
 * and after twice the last pause for each shorter life in a row, up to
 * LIMIT_RESTART_DOUBLINGS_COUNT times: a process that ends early is likely to do so again.
 */
void back_off_after(struct back_off *back_off, int64_t started_ms);
