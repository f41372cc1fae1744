/* SPDX-License-Identifier: MIT */
#include "daemon/front/refusals.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/random.h>

#include <xxhash.h>

#include "proto/limits.h"

struct refusal {
    TAILQ_ENTRY(refusal) in_order;
    uint64_t hash;
    int64_t until_ms;
    size_t n_payload;
    uint8_t payload[];
};

TAILQ_HEAD(refusal_queue, refusal);

struct refusals {
    struct refusal_queue oldest_first;
    size_t n_bytes;
    uint64_t seed; /* nobody outside can make payloads collide */
};

int refusals_new(struct refusals **refusalsp)
{
    struct refusals *refusals = calloc(1, sizeof(*refusals));

    if (!refusals)
        return -ENOMEM;
    TAILQ_INIT(&refusals->oldest_first);
    if (getrandom(&refusals->seed, sizeof(refusals->seed), 0) != sizeof(refusals->seed)) {
        free(refusals);
        return -EIO;
    }
    *refusalsp = refusals;
    return 0;
}

static void forget_oldest(struct refusals *refusals)
{
    struct refusal *refusal = TAILQ_FIRST(&refusals->oldest_first);

    TAILQ_REMOVE(&refusals->oldest_first, refusal, in_order);
    refusals->n_bytes -= sizeof(*refusal) + refusal->n_payload;
    free(refusal);
}

static void forget_expired(struct refusals *refusals, int64_t now_ms)
{
    struct refusal *refusal;

    while ((refusal = TAILQ_FIRST(&refusals->oldest_first)) && now_ms >= refusal->until_ms)
        forget_oldest(refusals);
}

struct refusals *refusals_free(struct refusals *refusals)
{
    if (!refusals)
        return NULL;
    while (!TAILQ_EMPTY(&refusals->oldest_first))
        forget_oldest(refusals);
    free(refusals);
    return NULL;
}

void refusals_add(struct refusals *refusals, const uint8_t *payload, size_t n_payload,
                  int64_t now_ms)
{
    struct refusal *refusal;

    if (refusals_has(refusals, payload, n_payload, now_ms))
        return;
    refusal = malloc(sizeof(*refusal) + n_payload);
    if (!refusal)
        return;
    *refusal = (struct refusal){
        .hash = XXH3_64bits_withSeed(payload, n_payload, refusals->seed),
        .until_ms = now_ms + LIMIT_REMEMBERED_MS,
        .n_payload = n_payload,
    };
    memcpy(refusal->payload, payload, n_payload);
    TAILQ_INSERT_TAIL(&refusals->oldest_first, refusal, in_order);
    refusals->n_bytes += sizeof(*refusal) + n_payload;
    while (refusals->n_bytes > LIMIT_REMEMBERED_BYTES)
        forget_oldest(refusals);
}

bool refusals_has(struct refusals *refusals, const uint8_t *payload, size_t n_payload,
                  int64_t now_ms)
{
    struct refusal *refusal;
    uint64_t hash;

    forget_expired(refusals, now_ms);
    if (TAILQ_EMPTY(&refusals->oldest_first))
        return false;
    hash = XXH3_64bits_withSeed(payload, n_payload, refusals->seed);
    TAILQ_FOREACH(refusal, &refusals->oldest_first, in_order)
    {
        if (refusal->hash == hash && refusal->n_payload == n_payload &&
            memcmp(refusal->payload, payload, n_payload) == 0)
            return true;
    }
    return false;
}
