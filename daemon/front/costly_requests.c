/* SPDX-License-Identifier: MIT */
#include "daemon/front/costly_requests.h"
#include "daemon/limits.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

struct costly_request {
    TAILQ_ENTRY(costly_request) in_order;
    struct request_key key; /* its payload points to `payload` */
    int64_t until_ms;
    uint8_t payload[];
};

TAILQ_HEAD(costly_request_queue, costly_request);

struct costly_requests {
    struct costly_request_queue oldest_first;
    size_t n_bytes;
};

int costly_requests_new(struct costly_requests **costlyp)
{
    struct costly_requests *costly = calloc(1, sizeof(*costly));

    if (!costly)
        return -ENOMEM;
    TAILQ_INIT(&costly->oldest_first);
    *costlyp = costly;
    return 0;
}

static void forget_oldest(struct costly_requests *costly)
{
    struct costly_request *request = TAILQ_FIRST(&costly->oldest_first);

    TAILQ_REMOVE(&costly->oldest_first, request, in_order);
    costly->n_bytes -= sizeof(*request) + request->key.n_payload;
    free(request);
}

static void forget_expired(struct costly_requests *costly, int64_t now_ms)
{
    struct costly_request *request;

    while ((request = TAILQ_FIRST(&costly->oldest_first)) && now_ms >= request->until_ms)
        forget_oldest(costly);
}

struct costly_requests *costly_requests_free(struct costly_requests *costly)
{
    if (!costly)
        return NULL;
    while (!TAILQ_EMPTY(&costly->oldest_first))
        forget_oldest(costly);
    free(costly);
    return NULL;
}

void costly_requests_add(struct costly_requests *costly, const struct request_key *key,
                         int64_t now_ms)
{
    struct costly_request *request;

    if (costly_requests_has(costly, key, now_ms))
        return;
    request = malloc(sizeof(*request) + key->n_payload);
    if (!request)
        return;
    *request = (struct costly_request){.key = *key, .until_ms = now_ms + LIMIT_REMEMBERED_MS};
    memcpy(request->payload, key->payload, key->n_payload);
    request->key.payload = request->payload;
    TAILQ_INSERT_TAIL(&costly->oldest_first, request, in_order);
    costly->n_bytes += sizeof(*request) + key->n_payload;
    while (costly->n_bytes > LIMIT_REMEMBERED_BYTES)
        forget_oldest(costly);
}

bool costly_requests_has(struct costly_requests *costly, const struct request_key *key,
                         int64_t now_ms)
{
    struct costly_request *request;

    forget_expired(costly, now_ms);
    TAILQ_FOREACH(request, &costly->oldest_first, in_order)
    {
        if (request_key_equal(&request->key, key))
            return true;
    }
    return false;
}
