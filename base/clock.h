/* SPDX-License-Identifier: MIT */
#pragma once

/* The kernel's clocks as plain numbers. */

#include <stdint.h>

/* Returns CLOCK_MONOTONIC in milliseconds: for deadlines, never for dates. */
int64_t clock_now_ms(void);

/* Returns CLOCK_MONOTONIC in microseconds: for measurements. */
int64_t clock_now_us(void);

/* Returns the wall clock in seconds since 1970-01-01T00:00:00Z: for dates. */
int64_t clock_now_s(void);

/*
 * Returns the wall clock in seconds like clock_now_s, at a quarter of the cost, but up to one tick
 * of the kernel (10 ms) late.
 */
int64_t clock_recent_s(void);

/* Returns the CPU time that the calling thread has used, in microseconds. */
int64_t clock_cpu_us(void);
