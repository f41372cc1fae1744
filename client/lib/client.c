/* SPDX-License-Identifier: MIT */
#include "client/lib/client.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "client/lib/export.h"
#include "client/lib/question.h"
#include "proto/codec.h"

/* A whole call, connection and retry included: as long as a request may wait in the daemon. */
#define TIMEOUT_MS     5000
#define TIMEOUT_MS_MAX 3600000
/*
 * One retry: a daemon that goes away twice under the same question may be doing so because of it.
 */
#define ATTEMPTS_COUNT 2

EXPORT struct certname_client *certname_client_new(void)
{
    struct certname_client *client = calloc(1, sizeof(*client));

    if (!client)
        return NULL;
    connection_init(&client->connection);
    client->timeout_ms = TIMEOUT_MS;
    return address_init(&client->address) ? certname_client_free(client) : client;
}

EXPORT struct certname_client *certname_client_free(struct certname_client *client)
{
    if (!client)
        return NULL;
    connection_close(&client->connection);
    address_deinit(&client->address);
    free(client);
    return NULL;
}

EXPORT int certname_client_set_path(struct certname_client *client, const char *path)
{
    int r;

    if (!client)
        return CERTNAME_ERR_ARGUMENT;
    failure_clear(&client->failure);
    r = path ? address_set(&client->address, path) : CERTNAME_ERR_ARGUMENT;
    if (r == CERTNAME_ERR_ARGUMENT)
        return failure_set(&client->failure, r, 0,
                           "the path of certnamed's socket is empty or has more than %zu bytes",
                           sizeof(client->connection.address.sun_path) - 1);
    if (r)
        return failure_set(&client->failure, r, ENOMEM,
                           "no memory for the path of certnamed's socket");
    client_disconnect(client);
    return 0;
}

EXPORT const char *certname_client_path(const struct certname_client *client)
{
    return client ? client->address.path : "";
}

EXPORT int certname_client_set_timeout(struct certname_client *client, unsigned milliseconds)
{
    if (!client)
        return CERTNAME_ERR_ARGUMENT;
    failure_clear(&client->failure);
    if (milliseconds == 0 || milliseconds > TIMEOUT_MS_MAX)
        return failure_set(&client->failure, CERTNAME_ERR_ARGUMENT, 0,
                           "a timeout of %u ms: it must be from 1 to %d", milliseconds,
                           TIMEOUT_MS_MAX);
    client->timeout_ms = milliseconds;
    return 0;
}

EXPORT const char *certname_client_error(const struct certname_client *client)
{
    return client ? client->failure.text : "there is no client (NULL): was there no memory for it?";
}

EXPORT int certname_client_errno(const struct certname_client *client)
{
    return client ? client->failure.errnum : 0;
}

/* --- asking and waiting --- */

/* Asks once, and once more on a new connection if the daemon went away. */
static int exchange(struct certname_client *client, struct bytes payload,
                    struct verdict_asked asked, const struct deadline *deadline,
                    struct certname_verdict **verdictp)
{
    int r = CONNECTION_GONE;

    for (int i = 0; i < ATTEMPTS_COUNT && r == CONNECTION_GONE; i++) {
        uint64_t tag;

        failure_clear(&client->failure);
        r = client_ask(client, payload, asked, deadline, &tag);
        if (!r)
            r = client_answer(client, deadline, &tag, verdictp);
    }
    return r == CONNECTION_GONE ? CERTNAME_ERR_UNAVAILABLE : r;
}

static int verify(struct certname_client *client, const struct certname_question *question,
                  const struct deadline *deadline, struct certname_verdict **verdictp)
{
    struct bytes payload;
    struct arena arena;
    int r;

    if (client->outstanding.n_entries > 0)
        return failure_set(
            &client->failure, CERTNAME_ERR_ARGUMENT, 0,
            "questions sent with certname_send() wait for their answers: take these first");
    codec_arena_init(&arena);
    r = question_write(question, &arena, &payload, &client->failure);
    if (!r)
        r = exchange(client, payload, question_asks(question), deadline, verdictp);
    arena_deinit(&arena);
    return r;
}

EXPORT int certname_verify(struct certname_client *client, const struct certname_question *question,
                           struct certname_verdict **verdictp)
{
    struct certname_verdict *verdict = NULL;
    struct deadline deadline;
    int saved = errno;
    int r;

    if (verdictp)
        *verdictp = NULL;
    if (!client)
        return CERTNAME_ERR_ARGUMENT;
    client_begin(client, &deadline);
    r = verify(client, question, &deadline, &verdict);
    if (r >= 0)
        errno = saved;
    if (verdictp)
        *verdictp = verdict;
    else
        (void)certname_verdict_free(verdict);
    return r;
}

static int fill_question(struct certname_question *question, const char *host, const void *der,
                         size_t len)
{
    int r;

    if (!question)
        return CERTNAME_ERR_MEMORY;
    if (!host)
        return CERTNAME_ERR_ARGUMENT;
    r = certname_question_set_host(question, host, strlen(host));
    return r ? r : certname_question_add_certificate(question, der, len);
}

EXPORT int certname_verify_host(struct certname_client *client, const char *host, const void *der,
                                size_t len, struct certname_verdict **verdictp)
{
    struct certname_question *question;
    int r;

    if (verdictp)
        *verdictp = NULL;
    if (!client)
        return CERTNAME_ERR_ARGUMENT;
    question = certname_question_new();
    r = fill_question(question, host, der, len);
    if (r)
        r = failure_set(
            &client->failure, r, r == CERTNAME_ERR_MEMORY ? ENOMEM : 0,
            "cannot ask about this host and certificate (%s): neither may be NULL, and the limits "
            "are %d and %d bytes",
            certname_result_name(r), LIMIT_REFERENCE_BYTES, LIMIT_CERTIFICATE_BYTES);
    else
        r = certname_verify(client, question, verdictp);
    (void)certname_question_free(question);
    return r;
}
