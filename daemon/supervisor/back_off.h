/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Decides when a process that has ended is started again. With a zero-initialised struct it is due
 * at once.
 */

#include <stdint.h>

#include "daemon/os/child.h"

struct back_off {
    int64_t due_ms;        /* the clock_now_ms() at which the process is due */
    unsigned n_early_ends; /* the number of short lives in a row */
};

/*
 * Decides when the successor of a process is due. The process was started at `started_ms` (of
 * clock_now_ms) and ended as *end says. If it lived for LIMIT_RESTART_PAUSE_MS or longer, the
 * successor is due at once. If it lived shorter, the successor is due after that pause; each
 * further short life in a row doubles the pause, up to LIMIT_RESTART_DOUBLINGS_COUNT times, because
 * a process that crashes or gives up at its start is likely to do so again. If the process was
 * killed from outside, which says nothing about the successor, that is due after
 * LIMIT_KILLED_PAUSE_MS.
 */
void back_off_after(struct back_off *back_off, int64_t started_ms, const struct child_end *end);

/*
 * Decides when the next attempt is due after a process could not be started; counts as a short
 * life.
 */
void back_off_after_failed_start(struct back_off *back_off);
