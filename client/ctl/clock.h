/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdint.h>

/* Milliseconds of CLOCK_MONOTONIC. */
int64_t clock_now_ms(void);

/*
 * Waits until the descriptor is ready for one of the events of poll(2), or has failed: the next
 * call on it says how. 0, -ETIMEDOUT once clock_now_ms() has reached the deadline, or -errno.
 */
int clock_wait(int fd, short events, int64_t deadline_ms);
