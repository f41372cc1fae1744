/* SPDX-License-Identifier: MIT */
#pragma once

/* How often something took how many microseconds: four buckets for each power of two, so that a
 * quantile is at most a quarter too high. */

#include <stddef.h>
#include <stdint.h>

/* From 0 us to the largest 32-bit number, which is over an hour. */
#define HISTOGRAM_BUCKETS_COUNT 124

struct histogram {
    uint64_t counts[HISTOGRAM_BUCKETS_COUNT];
    uint64_t n;
    uint64_t sum_us;
};

/* Counts n events of `us` microseconds each. A negative time counts as 0. */
void histogram_add(struct histogram *histogram, int64_t us, uint64_t n);

/* Returns a time within which this part (0 to 1) of all events stayed; 0 if there are none. */
uint64_t histogram_quantile_us(const struct histogram *histogram, double part);

/* Returns how many events fell into buckets that end below 2^power us. */
uint64_t histogram_count_below(const struct histogram *histogram, unsigned power);
