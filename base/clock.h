/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdint.h>

/* Milliseconds of CLOCK_MONOTONIC: for deadlines, never for dates. */
int64_t clock_now_ms(void);

/* Seconds since 1970-01-01T00:00:00Z by the wall clock: for dates. */
int64_t clock_now_s(void);

/* Microseconds of CPU that this process has used. */
int64_t clock_cpu_us(void);
