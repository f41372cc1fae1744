/* SPDX-License-Identifier: MIT */
#pragma once

/* How often something took how long, in microseconds: four buckets for each power of two, so that
 * a quantile is at most a quarter too high. */

#include <stddef.h>
#include <stdint.h>

/* From 0 us to what 32 bits hold, over an hour. */
#define HISTOGRAM_BUCKETS_COUNT 124

struct histogram {
    uint64_t counts[HISTOGRAM_BUCKETS_COUNT];
    uint64_t n;
    uint64_t sum_us;
};

/* Counts n times this long. Negative, of a clock that goes backward, is 0. */
void histogram_add(struct histogram *histogram, int64_t us, uint64_t n);

/* A time that this part (0 to 1) of all stayed within; 0 for an empty one. */
uint64_t histogram_quantile_us(const struct histogram *histogram, double part);

/* How many took no longer than the largest time below 2^power us. */
uint64_t histogram_count_below(const struct histogram *histogram, unsigned power);
