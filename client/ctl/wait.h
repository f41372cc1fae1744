/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdint.h>

/*
 * Waits until the descriptor is ready for one of the events of poll(2), or has failed, which the
 * next call on the descriptor reports. `deadline_ms` is a time of clock_now_ms(). Returns 0,
 * -ETIMEDOUT once the deadline has passed, or another -errno.
 */
int wait_for(int fd, short events, int64_t deadline_ms);
