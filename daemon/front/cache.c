/* SPDX-License-Identifier: MIT */
#include "daemon/front/cache.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/queue.h>

/*
 * The short queue may take one part in SHORT_PART of the cache: enough to notice requests that come
 * again, and little for scans.
 */
#define SHORT_PART 10
/* The uses of an answer are counted only up to this number. */
#define USES_COUNT 3
/*
 * An answer may take at most one part in ENTRY_PART of the cache, so that no single answer empties
 * it.
 */
#define ENTRY_PART 8
/*
 * Roughly what an allocation costs in addition to its bytes. The bytes are rounded up to a multiple
 * of this number.
 */
#define ALLOCATION_BYTES 16
/*
 * The cache has one bucket per BUCKET_PART bytes. A usual answer with its request takes twice as
 * much.
 */
#define BUCKET_PART 2048
#define MIN_BUCKETS 64
/* The largest difference between the inexact and the exact clock, with a margin, in seconds. */
#define INEXACT_S 2
/* The number of lists that answers are divided into by the number of their verifier. */
#define VERIFIER_LISTS 64

struct entry {
    LIST_ENTRY(entry) in_bucket;
    LIST_ENTRY(entry) of_verifier;
    TAILQ_ENTRY(entry) in_queue;
    struct request_key key; /* its payload points into `bytes` */
    struct answer answer;   /* its payload and audit line point into `bytes` too */
    size_t n_bytes;         /* the memory that the entry is counted with */
    uint8_t n_uses;
    bool is_proven; /* the entry is in the long queue */
    uint8_t bytes[];
};

LIST_HEAD(entry_list, entry);
TAILQ_HEAD(entry_queue, entry);

struct cache {
    cache_clock_fn clock;
    void *context;
    size_t max_bytes;
    size_t n_bytes;
    size_t n_short_bytes;
    size_t n_entries;
    uint64_t n_evicted;
    struct entry_queue new_ones; /* the short queue; its first entry is the next to leave */
    struct entry_queue proven;   /* the long queue; its first entry is the next to leave */
    size_t n_buckets;            /* always a power of two */
    struct entry_list *buckets;
    struct entry_list by_verifier[VERIFIER_LISTS];
    uint64_t *ghosts; /* hashes of answers that left the short queue, one for each bucket */
};

/* --- life --- */

static size_t count_buckets(size_t n_bytes)
{
    size_t n = MIN_BUCKETS;

    while (n < n_bytes / BUCKET_PART)
        n *= 2;
    return n;
}

int cache_new(struct cache **cachep, size_t n_bytes, cache_clock_fn clock, void *context)
{
    struct cache *cache = calloc(1, sizeof(*cache));
    size_t n = count_buckets(n_bytes);

    if (!cache)
        return -ENOMEM;
    *cache = (struct cache){
        .clock = clock,
        .context = context,
        .max_bytes = n_bytes,
        .n_bytes = sizeof(*cache) + n * (sizeof(*cache->buckets) + sizeof(*cache->ghosts)),
        .n_buckets = n,
        .buckets = calloc(n, sizeof(*cache->buckets)),
        .ghosts = calloc(n, sizeof(*cache->ghosts)),
    };
    TAILQ_INIT(&cache->new_ones);
    TAILQ_INIT(&cache->proven);
    for (size_t i = 0; i < VERIFIER_LISTS; i++)
        LIST_INIT(&cache->by_verifier[i]);
    if (!cache->buckets || !cache->ghosts) {
        cache_free(cache);
        return -ENOMEM;
    }
    *cachep = cache;
    return 0;
}

static struct entry_queue *queue_of(struct cache *cache, const struct entry *entry)
{
    return entry->is_proven ? &cache->proven : &cache->new_ones;
}

static void enter_queue(struct cache *cache, struct entry *entry, bool is_proven)
{
    entry->is_proven = is_proven;
    TAILQ_INSERT_TAIL(queue_of(cache, entry), entry, in_queue);
    cache->n_short_bytes += is_proven ? 0 : entry->n_bytes;
}

static void leave_queue(struct cache *cache, struct entry *entry)
{
    TAILQ_REMOVE(queue_of(cache, entry), entry, in_queue);
    cache->n_short_bytes -= entry->is_proven ? 0 : entry->n_bytes;
}

static void forget(struct cache *cache, struct entry *entry)
{
    leave_queue(cache, entry);
    LIST_REMOVE(entry, in_bucket);
    LIST_REMOVE(entry, of_verifier);
    assert(entry->n_bytes <= cache->n_bytes);
    cache->n_bytes -= entry->n_bytes;
    cache->n_entries--;
    free(entry);
}

struct cache *cache_free(struct cache *cache)
{
    struct entry *entry;

    if (!cache)
        return NULL;
    while ((entry = TAILQ_FIRST(&cache->new_ones)))
        forget(cache, entry);
    while ((entry = TAILQ_FIRST(&cache->proven)))
        forget(cache, entry);
    free(cache->buckets);
    free(cache->ghosts);
    free(cache);
    return NULL;
}

/* --- finding --- */

static struct entry *find(struct cache *cache, const struct request_key *key)
{
    struct entry *entry;

    LIST_FOREACH(entry, &cache->buckets[key->hash & (cache->n_buckets - 1)], in_bucket)
    {
        if (request_key_equal(&entry->key, key))
            return entry;
    }
    return NULL;
}

/*
 * Returns whether the answer is right at this moment. Reading the exact time costs a system call,
 * so it is read only near the ends of the answer's window.
 */
static bool is_right_now(const struct cache *cache, const struct answer *answer)
{
    int64_t now = cache->clock(cache->context, false);

    if (now > INT64_MIN + INEXACT_S && now < INT64_MAX - INEXACT_S &&
        answer->from_s <= now - INEXACT_S && now + INEXACT_S <= answer->until_s)
        return true;
    now = cache->clock(cache->context, true);
    return answer->from_s <= now && now <= answer->until_s;
}

bool cache_find(struct cache *cache, const struct request_key *key, struct answer *answer)
{
    struct entry *entry = cache ? find(cache, key) : NULL;

    if (!entry)
        return false;
    if (!is_right_now(cache, &entry->answer)) {
        /* The answer is dropped, so that a clock that is set back does not make it valid again. */
        forget(cache, entry);
        return false;
    }
    if (entry->n_uses < USES_COUNT)
        entry->n_uses++;
    *answer = entry->answer;
    return true;
}

/* --- keeping --- */

/*
 * Removes the oldest entry of the short queue: it moves to the long queue if it has been used, and
 * otherwise leaves the cache.
 */
static void evict_new(struct cache *cache)
{
    struct entry *entry = TAILQ_FIRST(&cache->new_ones);

    if (entry->n_uses > 0) {
        leave_queue(cache, entry);
        entry->n_uses = 0;
        enter_queue(cache, entry, true);
        return;
    }
    cache->ghosts[entry->key.hash & (cache->n_buckets - 1)] = entry->key.hash;
    forget(cache, entry);
    cache->n_evicted++;
}

/*
 * Treats the oldest entry of the long queue: if it has uses left, one use is taken off and the
 * entry moves to the end of the queue; otherwise it leaves the cache.
 */
static void evict_proven(struct cache *cache)
{
    struct entry *entry = TAILQ_FIRST(&cache->proven);

    if (entry->n_uses > 0) {
        entry->n_uses--;
        leave_queue(cache, entry);
        enter_queue(cache, entry, true);
        return;
    }
    forget(cache, entry);
    cache->n_evicted++;
}

/*
 * Evicts entries until there is room for n bytes. The loop ends because each step removes an entry,
 * moves one to the long queue, or takes a use off one. Returns whether there is room.
 */
static bool make_room(struct cache *cache, size_t n)
{
    while (cache->n_bytes + n > cache->max_bytes) {
        bool any_new = !TAILQ_EMPTY(&cache->new_ones);

        if (!any_new && TAILQ_EMPTY(&cache->proven))
            return false;
        if (any_new &&
            (cache->n_short_bytes > cache->max_bytes / SHORT_PART || TAILQ_EMPTY(&cache->proven)))
            evict_new(cache);
        else
            evict_proven(cache);
    }
    return true;
}

static struct entry *entry_new(const struct request_key *key, const struct answer *answer,
                               size_t n_bytes)
{
    struct entry *entry = malloc(n_bytes - ALLOCATION_BYTES);
    uint8_t *at;

    if (!entry)
        return NULL;
    *entry = (struct entry){.key = *key, .answer = *answer, .n_bytes = n_bytes};
    at = entry->bytes;
    memcpy(at, key->payload, key->n_payload);
    entry->key.payload = at;
    at += key->n_payload;
    memcpy(at, answer->payload, answer->n_payload);
    entry->answer.payload = at;
    at += answer->n_payload;
    memcpy(at, answer->audit, answer->n_audit);
    entry->answer.audit = (const char *)at;
    return entry;
}

static size_t count_bytes(const struct request_key *key, const struct answer *answer)
{
    size_t n = sizeof(struct entry) + key->n_payload + answer->n_payload + answer->n_audit;

    return (n + ALLOCATION_BYTES - 1) / ALLOCATION_BYTES * ALLOCATION_BYTES + ALLOCATION_BYTES;
}

void cache_add(struct cache *cache, const struct request_key *key, const struct answer *answer)
{
    size_t n_bytes = count_bytes(key, answer);
    struct entry *entry;
    size_t bucket;

    if (!cache)
        return;
    entry = find(cache, key);
    if (entry)
        forget(cache, entry);
    if (answer->from_s > answer->until_s || n_bytes > cache->max_bytes / ENTRY_PART ||
        !make_room(cache, n_bytes))
        return;
    entry = entry_new(key, answer, n_bytes);
    if (!entry)
        return;
    bucket = key->hash & (cache->n_buckets - 1);
    LIST_INSERT_HEAD(&cache->buckets[bucket], entry, in_bucket);
    LIST_INSERT_HEAD(&cache->by_verifier[answer->verifier % VERIFIER_LISTS], entry, of_verifier);
    enter_queue(cache, entry, cache->ghosts[bucket] == key->hash);
    cache->n_bytes += n_bytes;
    cache->n_entries++;
}

void cache_drop_verifier(struct cache *cache, uint32_t verifier)
{
    struct entry *entry, *next;

    if (!cache)
        return;
    for (entry = LIST_FIRST(&cache->by_verifier[verifier % VERIFIER_LISTS]); entry; entry = next) {
        next = LIST_NEXT(entry, of_verifier);
        if (entry->answer.verifier == verifier)
            forget(cache, entry);
    }
}

void cache_measure(const struct cache *cache, struct cache_figures *figures)
{
    *figures = (struct cache_figures){0};
    if (!cache)
        return;
    *figures = (struct cache_figures){
        .n_entries = cache->n_entries,
        .n_bytes = cache->n_bytes,
        .max_bytes = cache->max_bytes,
        .n_evicted = cache->n_evicted,
    };
}
