/* SPDX-License-Identifier: MIT */
/*
 * Idle clients that threads share. Each slot is taken and filled by one atomic operation: there is
 * no lock that a fork in another thread could leave locked in the child.
 */
#include <stdatomic.h>
#include <stdlib.h>

#include "client/lib/client.h"
#include "client/lib/export.h"

/* Idle clients that are kept: beyond it a client is freed when its thread gives it back. */
#define SLOTS_COUNT 64

struct certname_pool {
    struct certname_client *model; /* has the settings; it is never asked */
    _Atomic(struct certname_client *) slots[SLOTS_COUNT];
};

/* Returns a client with the model's settings, or NULL without memory. */
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
