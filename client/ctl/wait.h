/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdint.h>

/*
 * Waits until the descriptor is ready for one of the events of poll(2), or has failed: the next
 * call on it says how. 0, -ETIMEDOUT once clock_now_ms() has reached the deadline, or -errno.
 */
int wait_for(int fd, short events, int64_t deadline_ms);
