/* SPDX-License-Identifier: MIT */
/*
 * Keeps idle clients that threads share. A slot is emptied or filled by one atomic operation: a
 * lock could be left locked in a child if another thread forks.
 */
#include <stdatomic.h>
#include <stdlib.h>

#include "client/lib/client.h"
#include "client/lib/export.h"

/*
 * The largest number of idle clients that are kept. If all slots are full, a client that a thread
 * gives back is freed.
 */
#define SLOTS_COUNT 64

struct certname_pool {
    struct certname_client *model; /* has the settings for new clients; it never asks anything */
    _Atomic(struct certname_client *) slots[SLOTS_COUNT];
};

/* Returns a new client with the model's settings, or NULL if memory ran out. */
static struct certname_client *copy_client(const struct certname_client *model)
{
    struct certname_client *client = calloc(1, sizeof(*client));

    if (!client)
        return NULL;
    client->exchange = (struct exchange){.stream = STREAM_CLOSED};
    client->timeout_ms = model->timeout_ms;
    return address_copy(&client->exchange.address, &model->exchange.address)
               ? certname_client_free(client)
               : client;
}

EXPORT struct certname_pool *certname_pool_new(const struct certname_client *model)
{
    struct certname_pool *pool = model && !model->exchange.is_given ? calloc(1, sizeof(*pool))
                                                                    : NULL;

    if (!pool)
        return NULL;
    pool->model = copy_client(model);
    return pool->model ? pool : certname_pool_free(pool);
}

EXPORT struct certname_pool *certname_pool_free(struct certname_pool *pool)
{
    if (!pool)
        return NULL;
    for (size_t i = 0; i < SLOTS_COUNT; i++)
        (void)certname_client_free(atomic_exchange(&pool->slots[i], NULL));
    (void)certname_client_free(pool->model);
    free(pool);
    return NULL;
}

EXPORT struct certname_client *certname_pool_take(struct certname_pool *pool)
{
    if (!pool)
        return NULL;
    for (size_t i = 0; i < SLOTS_COUNT; i++) {
        struct certname_client *client = NULL;

        if (atomic_load_explicit(&pool->slots[i], memory_order_relaxed))
            client = atomic_exchange(&pool->slots[i], NULL);
        if (client)
            return client;
    }
    return copy_client(pool->model);
}

EXPORT void certname_pool_give(struct certname_pool *pool, struct certname_client *client)
{
    for (size_t i = 0; pool && client && i < SLOTS_COUNT; i++) {
        struct certname_client *empty = NULL;

        if (atomic_compare_exchange_strong(&pool->slots[i], &empty, client))
            return;
    }
    (void)certname_client_free(client);
}
