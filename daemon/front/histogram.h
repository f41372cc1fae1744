/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Counts how often something took how many microseconds. There are four buckets for each power of
 * two, so that a quantile is at most a quarter too high.
 */

#include <stddef.h>
#include <stdint.h>

/*
 * Enough buckets for times from 0 to the largest 32-bit number of microseconds, which is over an
 * hour.
 */
#define HISTOGRAM_BUCKETS_COUNT 124

struct histogram {
    uint64_t counts[HISTOGRAM_BUCKETS_COUNT];
    uint64_t n;
    uint64_t sum_us;
};

/* Counts n events of `us` microseconds each. A negative time counts as 0. */
void histogram_add(struct histogram *histogram, int64_t us, uint64_t n);

/*
 * Returns the smallest time in microseconds that at least this part (from 0 to 1) of all events did
 * not exceed, as exactly as buckets allow; 0 if there are no events.
 */
uint64_t histogram_quantile_us(const struct histogram *histogram, double part);

/* Returns the number of events in the buckets that end below 2^power microseconds. */
uint64_t histogram_count_below(const struct histogram *histogram, unsigned power);
