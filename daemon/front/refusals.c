/* SPDX-License-Identifier: MIT */
#include "daemon/front/refusals.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "daemon/limits.h"

struct refusal {
    TAILQ_ENTRY(refusal) in_order;
    struct question question; /* its payload stands in `payload` */
    int64_t until_ms;
    uint8_t payload[];
};

TAILQ_HEAD(refusal_queue, refusal);

struct refusals {
    struct refusal_queue oldest_first;
    size_t n_bytes;
};

int refusals_new(struct refusals **refusalsp)
{
    struct refusals *refusals = calloc(1, sizeof(*refusals));

    if (!refusals)
        return -ENOMEM;
    TAILQ_INIT(&refusals->oldest_first);
    *refusalsp = refusals;
    return 0;
}

static void forget_oldest(struct refusals *refusals)
{
    struct refusal *refusal = TAILQ_FIRST(&refusals->oldest_first);

    TAILQ_REMOVE(&refusals->oldest_first, refusal, in_order);
    refusals->n_bytes -= sizeof(*refusal) + refusal->question.n_payload;
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

/* Whichever class it was: it would be no cheaper for another. */
static bool is_same(const struct question *a, const struct question *b)
{
    return a->hash == b->hash && a->n_payload == b->n_payload && a->scope == b->scope &&
           memcmp(a->payload, b->payload, a->n_payload) == 0;
}

void refusals_add(struct refusals *refusals, const struct question *question, int64_t now_ms)
{
    struct refusal *refusal;

    if (refusals_has(refusals, question, now_ms))
        return;
    refusal = malloc(sizeof(*refusal) + question->n_payload);
    if (!refusal)
        return;
    *refusal = (struct refusal){.question = *question, .until_ms = now_ms + LIMIT_REMEMBERED_MS};
    memcpy(refusal->payload, question->payload, question->n_payload);
    refusal->question.payload = refusal->payload;
    TAILQ_INSERT_TAIL(&refusals->oldest_first, refusal, in_order);
    refusals->n_bytes += sizeof(*refusal) + question->n_payload;
    while (refusals->n_bytes > LIMIT_REMEMBERED_BYTES)
        forget_oldest(refusals);
}

bool refusals_has(struct refusals *refusals, const struct question *question, int64_t now_ms)
{
    struct refusal *refusal;

    forget_expired(refusals, now_ms);
    TAILQ_FOREACH(refusal, &refusals->oldest_first, in_order)
    {
        if (is_same(&refusal->question, question))
            return true;
    }
    return false;
}
