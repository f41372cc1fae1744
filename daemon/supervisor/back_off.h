/* SPDX-License-Identifier: MIT */
#pragma once

/* When a process that has ended is started again. Zero-initialised, it is due at once. */

#include <stdint.h>

#include "daemon/os/child.h"

struct back_off {
    int64_t due_ms;        /* by clock_now_ms */
    unsigned n_early_ends; /* in a row */
};

/*
 * Decides when the successor of a process is due that was started at `started_ms` (by clock_now_ms)
 * and ended as *end says. After a life of at least LIMIT_RESTART_PAUSE_MS it is due at once. After
 * a shorter one it is due after that pause, and after twice the last pause for each shorter life in
 * a row, up to LIMIT_RESTART_DOUBLINGS_COUNT times, because a process that crashes or gives up at
 * its start is likely to do so again. A process that was killed from outside says nothing about its
 * successor, which is due after LIMIT_KILLED_PAUSE_MS however short the life was.
 */
void back_off_after(struct back_off *back_off, int64_t started_ms, const struct child_end *end);

/* Decides the same where a process could not even be started. */
void back_off_after_failed_start(struct back_off *back_off);
