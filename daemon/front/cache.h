/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Verdicts of one epoch, found again by the bytes of the question. Whoever switches the epoch makes
 * a new cache: nothing in here is older than the epoch that it is asked in.
 *
 * Two queues, after S3-FIFO: what is new stands in a short one and, unless it is asked for again
 * meanwhile, leaves with only its hash remembered; what was, or what comes back soon after, stands
 * in the long one. So a scan through many questions that are asked once passes by.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/front/question.h"

struct cache;

/* What the front counts of an answer without reading it: places in its statistics' tables. */
struct summary {
    uint32_t outcome; /* enum verdict_outcome */
    uint16_t code;
    uint16_t rule;
    bool is_error;
    bool reported; /* something would have been refused and is only reported */
};

/* An answer, in memory that is somebody else's. */
struct answer {
    const uint8_t *payload;
    size_t n_payload;
    const char *audit; /* a line for the log, not ended by a NUL */
    size_t n_audit;
    int64_t from_s; /* between these moments in Unix time it is right, both included */
    int64_t until_s;
    struct summary summary;
};

/*
 * The time, in Unix seconds. Where `exact` is false it may be up to a second old: near the ends of
 * a window the cache asks again.
 */
typedef int64_t (*cache_clock_fn)(void *context, bool exact);

/* A cache that takes up to n_bytes, what it needs for itself included. 0 and *cachep is the
 * caller's; or -ENOMEM. */
int cache_new(struct cache **cachep, size_t n_bytes, cache_clock_fn clock, void *context);

/* Frees it; takes NULL. Returns NULL. */
struct cache *cache_free(struct cache *cache);

/* Whether the question's answer is known and right now. *answer is good until the cache is touched
 * again. NULL knows nothing. Allocates nothing. */
bool cache_find(struct cache *cache, const struct question *question, struct answer *answer);

/*
 * Keeps an answer, in the place of an older one to the same question; others make room for it.
 * Where it is too large, its window is empty, there is no memory or the cache is NULL, it is not
 * kept.
 */
void cache_add(struct cache *cache, const struct question *question, const struct answer *answer);

struct cache_figures {
    size_t n_entries;
    size_t n_bytes;
    size_t max_bytes;
    uint64_t n_evicted;
};

/* What it holds; zeros for NULL. */
void cache_measure(const struct cache *cache, struct cache_figures *figures);
