/* SPDX-License-Identifier: MIT */
#include "daemon/front/histogram.h"

/* Each number of microseconds below this one has a bucket of its own. */
#define LINEAR_COUNT 4

static size_t find_bucket(uint32_t us)
{
    unsigned power;

    if (us < LINEAR_COUNT)
        return us;
    power = 31u - (unsigned)__builtin_clz(us);
    return (size_t)(power - 1) * 4 + ((us >> (power - 2)) & 3);
}

/* Returns the largest time in microseconds that belongs to a bucket. */
static uint64_t bucket_end(size_t bucket)
{
    uint64_t power = bucket / 4 + 1;

    if (bucket < LINEAR_COUNT)
        return bucket;
    return (((uint64_t)(bucket % 4) + 5) << (power - 2)) - 1;
}

void histogram_add(struct histogram *histogram, int64_t us, uint64_t n)
{
    uint32_t bounded = us < 0 ? 0 : us > UINT32_MAX ? UINT32_MAX : (uint32_t)us;

    histogram->counts[find_bucket(bounded)] += n;
    histogram->n += n;
    histogram->sum_us += bounded * n;
}

uint64_t histogram_quantile_us(const struct histogram *histogram, double part)
{
    uint64_t n = 0;

    for (size_t i = 0; i < HISTOGRAM_BUCKETS_COUNT; i++) {
        n += histogram->counts[i];
        if (n > 0 && (double)n >= part * (double)histogram->n)
            return bucket_end(i);
    }
    return 0;
}

uint64_t histogram_count_below(const struct histogram *histogram, unsigned power)
{
    uint64_t n = 0;

    for (size_t i = 0; i < HISTOGRAM_BUCKETS_COUNT && bucket_end(i) < (uint64_t)1 << power; i++)
        n += histogram->counts[i];
    return n;
}
