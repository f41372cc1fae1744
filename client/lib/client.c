/* SPDX-License-Identifier: MIT */
#include "client/lib/client.h"

#include <errno.h>
#include <stdlib.h>

#include "client/lib/export.h"

#define TIMEOUT_MS_DEFAULT 5000
#define TIMEOUT_MS_MAX     3600000

EXPORT struct certname_client *certname_client_new(void)
{
    struct certname_client *client = calloc(1, sizeof(*client));

    if (!client)
        return NULL;
    client->timeout_ms = TIMEOUT_MS_DEFAULT;
    return exchange_init(&client->exchange) ? certname_client_free(client) : client;
}

EXPORT struct certname_client *certname_client_free(struct certname_client *client)
{
    if (!client)
        return NULL;
    client->is_freed = true;
    if (client->exchange.is_processing)
        return NULL;
    client->exchange.is_processing = true;
    exchange_deinit(&client->exchange);
    free(client);
    return NULL;
}

/* --- settings --- */

/*
 * Begins a function that changes settings, which is an error while questions wait. Returns what
 * client_begin_waiting() returns.
 */
static int begin_change(struct certname_client *client)
{
    return client ? client_begin_waiting(client) : CERTNAME_ERR_ARGUMENT;
}

EXPORT int certname_client_set_path(struct certname_client *client, const char *path)
{
    struct exchange *exchange;
    int r = begin_change(client);

    if (r)
        return r;
    exchange = &client->exchange;
    r = path ? address_set(&exchange->address, path) : CERTNAME_ERR_ARGUMENT;
    if (r == CERTNAME_ERR_ARGUMENT)
        return failure_set(&exchange->failure, r, 0,
                           "the path of certnamed's socket is empty or longer than %zu bytes",
                           sizeof(exchange->target.sun_path) - 1);
    if (r)
        return failure_set(&exchange->failure, r, ENOMEM,
                           "no memory for the path of certnamed's socket");
    exchange_calls_disconnect(exchange);
    exchange->is_given = false;
    return 0;
}

EXPORT const char *certname_client_path(const struct certname_client *client)
{
    return client ? client->exchange.address.path : "";
}

EXPORT int certname_client_set_fd(struct certname_client *client, int fd)
{
    struct exchange *exchange;
    int r = begin_change(client);

    if (r)
        return r;
    exchange = &client->exchange;
    exchange_calls_disconnect(exchange);
    exchange->is_given = true;
    exchange->target = (struct sockaddr_un){.sun_path = "the given descriptor"};
    r = stream_adopt(&exchange->stream, fd);
    if (r)
        return failure_set(&exchange->failure, CERTNAME_ERR_ARGUMENT, -r,
                           "descriptor %d is not a connected Unix stream socket (%m)", fd);
    exchange->n_connections++;
    return 0;
}

EXPORT int certname_client_insecure_trust_unmapped_uid(struct certname_client *client)
{
    int r = begin_change(client);

    if (!r)
        client->exchange.address.trust_unmapped = true;
    return r;
}

EXPORT int certname_client_set_timeout(struct certname_client *client, unsigned milliseconds)
{
    if (!client)
        return CERTNAME_ERR_ARGUMENT;
    failure_clear(&client->exchange.failure);
    if (milliseconds == 0 || milliseconds > TIMEOUT_MS_MAX)
        return failure_set(&client->exchange.failure, CERTNAME_ERR_ARGUMENT, 0,
                           "a timeout of %u ms: it must be from 1 to %d", milliseconds,
                           TIMEOUT_MS_MAX);
    client->timeout_ms = milliseconds;
    return 0;
}

EXPORT const char *certname_client_error(const struct certname_client *client)
{
    return client ? client->exchange.failure.text : "the client is NULL";
}

EXPORT int certname_client_errno(const struct certname_client *client)
{
    return client ? client->exchange.failure.errnum : 0;
}

EXPORT unsigned certname_client_unknown_field(const struct certname_client *client)
{
    return client ? client->exchange.failure.field : 0;
}

/* --- calls --- */

int client_begin_waiting(struct certname_client *client)
{
    int r;

    if (client->exchange.is_processing)
        return CERTNAME_ERR_ARGUMENT;
    r = exchange_begin(&client->exchange);
    if (!r && client->exchange.n_waiting > 0)
        r = failure_set(&client->exchange.failure, CERTNAME_ERR_ARGUMENT, 0,
                        "questions of certname_ask() wait for their answers: process these first");
    return r;
}

int client_add_call(struct certname_client *client, struct call *call)
{
    if (!call)
        return failure_set(&client->exchange.failure, CERTNAME_ERR_MEMORY, ENOMEM,
                           "no memory for the question");
    call->deadline = deadline_start(client->timeout_ms);
    exchange_calls_add(&client->exchange, call);
    return 0;
}
