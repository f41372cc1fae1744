/* SPDX-License-Identifier: MIT */
#include "daemon/front/histogram.h"

/* Below it every microsecond has its own bucket. */
#define LINEAR_COUNT 4

static size_t bucket_of(uint32_t us)
{
    unsigned power;

    if (us < LINEAR_COUNT)
        return us;
    power = 31u - (unsigned)__builtin_clz(us);
    return (size_t)(power - 1) * 4 + ((us >> (power - 2)) & 3);
}

/* The largest time that falls into a bucket. */
static uint64_t end_of(size_t bucket)
{
    uint64_t power = bucket / 4 + 1;

    if (bucket < LINEAR_COUNT)
        return bucket;
    return (((uint64_t)(bucket % 4) + 5) << (power - 2)) - 1;
}

void histogram_add(struct histogram *histogram, int64_t us, uint64_t n)
{
    uint32_t bounded = us < 0 ? 0 : us > UINT32_MAX ? UINT32_MAX : (uint32_t)us;

    histogram->counts[bucket_of(bounded)] += n;
    histogram->n += n;
    histogram->sum_us += bounded * n;
}

uint64_t histogram_quantile_us(const struct histogram *histogram, double part)
{
    uint64_t n = 0;

    for (size_t i = 0; i < HISTOGRAM_BUCKETS_COUNT; i++) {
        n += histogram->counts[i];
        if (n > 0 && (double)n >= part * (double)histogram->n)
            return end_of(i);
    }
    return 0;
}

uint64_t histogram_count_below(const struct histogram *histogram, unsigned power)
{
    uint64_t n = 0;

    for (size_t i = 0; i < HISTOGRAM_BUCKETS_COUNT && end_of(i) < (uint64_t)1 << power; i++)
        n += histogram->counts[i];
    return n;
}
