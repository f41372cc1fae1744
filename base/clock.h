/* SPDX-License-Identifier: MIT */
#pragma once

/* The kernel's clocks as plain numbers. */

#include <stdint.h>

/* Returns milliseconds of CLOCK_MONOTONIC: for deadlines, never for dates. */
int64_t clock_now_ms(void);

/* Returns microseconds of CLOCK_MONOTONIC: for measurements. */
int64_t clock_now_us(void);

/* Returns seconds since 1970-01-01T00:00:00Z by the wall clock: for dates. */
int64_t clock_now_s(void);

/* Returns the same as clock_now_s, up to one tick of the kernel (10 ms) old, at a quarter of the
 * cost. */
int64_t clock_recent_s(void);

/* Returns microseconds of CPU that the calling thread has used. */
int64_t clock_cpu_us(void);
