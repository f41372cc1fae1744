/* SPDX-License-Identifier: MIT */
#pragma once

/* The clocks of the kernel as plain numbers. */

#include <stdint.h>

/* Returns milliseconds of CLOCK_MONOTONIC: for deadlines, never for dates. */
int64_t clock_now_ms(void);

/* Returns microseconds of CLOCK_MONOTONIC: for measurements. */
int64_t clock_now_us(void);

/* Returns seconds since 1970-01-01T00:00:00Z by the wall clock: for dates. */
int64_t clock_now_s(void);

/* Returns the same, up to one clock tick old: it costs a quarter of clock_now_s. */
int64_t clock_recent_s(void);

/* Returns microseconds of CPU that this process has used. */
int64_t clock_cpu_us(void);
