/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Verdicts of one epoch, found by the request that they answer. The cache is replaced by a new one
 * when the epoch changes, so it never holds an answer of another epoch.
 *
 * There are two queues, after S3-FIFO: a new answer enters a short one and, unless it is asked for
 * again while it is there, leaves the cache with only its hash remembered. An answer that was asked
 * for again, or that comes back soon after it left, enters the long queue. A scan through many
 * requests that are asked once therefore does not push out what is asked often.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/front/request_key.h"

struct cache;

/* The part of an answer that the front counts without reading it; code and rule are indices into
 * the tables of statistics.h. */
struct answer_summary {
    uint32_t outcome; /* enum verdict_outcome */
    uint16_t code;
    uint16_t rule;
    bool is_error;
    bool reported; /* a rule that is only reported would have refused */
};

/* An answer, in memory that belongs to somebody else. */
struct answer {
    const uint8_t *payload;
    size_t n_payload;
    const char *audit; /* a line for the log, not ended by a NUL */
    size_t n_audit;
    int64_t from_s;    /* the answer is right from this moment in Unix time */
    int64_t until_s;   /* to this one, both included */
    uint32_t verifier; /* the number of the verifier that gave it */
    struct answer_summary summary;
};

/*
 * Returns the time in Unix seconds. Where `exact` is false it may be up to a second old; near the
 * ends of an answer's window the cache asks for the exact time.
 */
typedef int64_t (*cache_clock_fn)(void *context, bool exact);

/* Makes a cache that takes up to n_bytes, including what it needs for itself. Returns 0, and
 * *cachep is the caller's; or -ENOMEM. */
int cache_new(struct cache **cachep, size_t n_bytes, cache_clock_fn clock, void *context);

/* Frees the cache. NULL is ignored. Returns NULL. */
struct cache *cache_free(struct cache *cache);

/* Looks for an answer that is right at this moment. Returns whether there is one; *answer is valid
 * until the next call. A cache that is NULL has none. Nothing is allocated. */
bool cache_find(struct cache *cache, const struct request_key *key, struct answer *answer);

/*
 * Keeps a copy of an answer, in the place of an older one to the same request; others make room for
 * it. It is not kept if it is too large, if its window is empty, without memory, or if the cache is
 * NULL.
 */
void cache_add(struct cache *cache, const struct request_key *key, const struct answer *answer);

/* Drops the answers that a verifier gave, because its end leaves doubt whether it was in its right
 * mind. NULL is ignored. */
void cache_drop_verifier(struct cache *cache, uint32_t verifier);

struct cache_figures {
    size_t n_entries;
    size_t n_bytes;
    size_t max_bytes;
    uint64_t n_evicted;
};

/* Writes what the cache holds; zeros for NULL. */
void cache_measure(const struct cache *cache, struct cache_figures *figures);
