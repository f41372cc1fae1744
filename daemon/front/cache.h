/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Verdicts of one epoch, found by the request that they answer. When the epoch changes the cache is
 * replaced by an empty one, so it never holds an answer of another epoch.
 *
 * As in the S3-FIFO algorithm there are two queues. A new answer enters the short queue. If no
 * request asks for it before it reaches the end, it leaves the cache and only its hash is
 * remembered. An answer that was asked for again, or whose request comes back soon after it left,
 * enters the long queue. So a scan through many requests that come only once does not push out the
 * answers that are asked for often.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/front/request_key.h"

struct cache;

/*
 * The properties of an answer that the front counts, so that it need not parse the answer. `code`
 * and `rule` are indices into the tables of statistics.h.
 */
struct answer_summary {
    uint32_t outcome; /* an enum verdict_outcome */
    uint16_t code;
    uint16_t rule;
    bool is_error;
    bool reported; /* a rule that the policy only reports would have refused */
};

/* An answer. The memory that it points to belongs to another object. */
struct answer {
    const uint8_t *payload;
    size_t n_payload;
    const char *audit; /* a line for the log, not ended by a NUL */
    size_t n_audit;
    int64_t from_s;    /* the first second (Unix time) in which the answer is right */
    int64_t until_s;   /* the last second (Unix time) in which the answer is right */
    uint32_t verifier; /* the number of the verifier that gave the answer */
    struct answer_summary summary;
};

/*
 * Returns the time in seconds since 1970. If `exact` is false the result may be up to a second old;
 * the cache asks for the exact time only near the ends of an answer's window.
 */
typedef int64_t (*cache_clock_fn)(void *context, bool exact);

/*
 * Makes a cache that takes at most n_bytes, including what it needs for itself. Returns 0, and
 * *cachep belongs to the caller; or -ENOMEM.
 */
int cache_new(struct cache **cachep, size_t n_bytes, cache_clock_fn clock, void *context);

/* Frees the cache; does nothing for NULL. Returns NULL. */
struct cache *cache_free(struct cache *cache);

/*
 * Looks for an answer to the request that is right at this moment. Returns whether there is one;
 * *answer is then valid until the next call. A cache that is NULL holds no answer. Allocates
 * nothing.
 */
bool cache_find(struct cache *cache, const struct request_key *key, struct answer *answer);

/*
 * Keeps a copy of an answer, which replaces an older answer to the request; other answers are
 * evicted to make room. Does nothing if the answer is too large, if its window is empty, if memory
 * runs out, or if the cache is NULL.
 */
void cache_add(struct cache *cache, const struct request_key *key, const struct answer *answer);

/*
 * Drops the answers that a verifier gave: after a crash it is doubtful whether the verifier worked
 * correctly before. Does nothing for a cache that is NULL.
 */
void cache_drop_verifier(struct cache *cache, uint32_t verifier);

struct cache_figures {
    size_t n_entries;
    size_t n_bytes;
    size_t max_bytes;
    uint64_t n_evicted;
};

/* Writes the figures of the cache; zeros if it is NULL. */
void cache_measure(const struct cache *cache, struct cache_figures *figures);
