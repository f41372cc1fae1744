/* SPDX-License-Identifier: MIT */
/* Asks questions that are answered by a callback, for programs with an event loop. */
#include <errno.h>
#include <stdlib.h>

#include "client/lib/client.h"
#include "client/lib/export.h"
#include "client/lib/question.h"
#include "client/lib/verdict.h"

/*
 * The largest number of questions that may wait in one client at a time, and the largest sum of
 * their payloads in bytes.
 */
#define WAITING_COUNT 65536
#define WAITING_BYTES (256UL * 1024 * 1024)

/*
 * One question that waits for its answer: the caller's function, and what the answer must show that
 * it checked.
 */
struct async_answer {
    struct verdict_asked asked;
    certname_answer_fn answer;
    void *context;
};

static int finish(struct call *call, int result, const struct reply *reply, struct failure *failure)
{
    struct async_answer *answer = call->context;
    struct certname_verdict *verdict = NULL;

    if (!result)
        result = verdict_open(&verdict, reply->payload, reply->n_payload, answer->asked, failure);
    answer->answer(answer->context, result, verdict);
    free(answer);
    return result == CERTNAME_ERR_PROTOCOL ? CERTNAME_ERR_PROTOCOL : 0;
}

static struct async_answer *answer_new(const struct certname_question *question,
                                       certname_answer_fn function, void *context)
{
    struct async_answer *answer = malloc(sizeof(*answer));

    if (answer)
        *answer = (struct async_answer){question_asked(question), function, context};
    return answer;
}

static int check_room(const struct exchange *exchange, size_t n_payload, struct failure *failure)
{
    if (exchange->n_waiting < WAITING_COUNT &&
        n_payload <= WAITING_BYTES - exchange->n_waiting_bytes)
        return 0;
    return failure_set(failure, CERTNAME_ERR_BUSY, 0,
                       "%zu questions wait for their answers already: process these first",
                       exchange->n_waiting);
}

/* Adds the call to the client's exchange, which takes it over. */
static int add_call(struct certname_client *client, struct call *call, struct async_answer *answer)
{
    struct failure *failure = &client->exchange.failure;
    int r = answer
                ? check_room(&client->exchange, call->n_payload, failure)
                : failure_set(failure, CERTNAME_ERR_MEMORY, ENOMEM, "no memory for the question");

    if (r) {
        (void)call_free(call);
        free(answer);
        return r;
    }
    call->finish = finish;
    call->context = answer;
    call->retries_busy = true;
    return client_add_call(client, call);
}

static int ask(struct certname_client *client, const struct certname_question *question,
               certname_answer_fn answer, void *context)
{
    struct failure *failure = &client->exchange.failure;
    struct call *call = NULL;
    int r;

    if (!answer)
        return failure_set(failure, CERTNAME_ERR_ARGUMENT, 0, "the callback is NULL");
    r = question_call_new(&call, question, failure);
    return r ? r : add_call(client, call, answer_new(question, answer, context));
}

EXPORT int certname_ask(struct certname_client *client, const struct certname_question *question,
                        certname_answer_fn answer, void *context)
{
    int saved = errno;
    int r = 0;

    if (!client || client->is_freed)
        return CERTNAME_ERR_ARGUMENT;
    /* Within a callback certname_process() is running and has called exchange_begin() already. */
    if (!client->exchange.is_processing)
        r = exchange_begin(&client->exchange);
    if (!r)
        r = ask(client, question, answer, context);
    if (!r)
        errno = saved;
    return r;
}

EXPORT int certname_process(struct certname_client *client)
{
    int saved = errno;
    size_t n_waiting;
    int r;

    if (!client || client->exchange.is_processing)
        return CERTNAME_ERR_ARGUMENT;
    r = exchange_begin(&client->exchange);
    if (r)
        return r;
    n_waiting = exchange_process(&client->exchange, true);
    if (client->is_freed) {
        (void)certname_client_free(client);
        n_waiting = 0;
    }
    errno = saved;
    return (int)n_waiting;
}

EXPORT int certname_client_fd(const struct certname_client *client)
{
    return client ? client->exchange.stream.fd : -1;
}

EXPORT int certname_client_events(const struct certname_client *client)
{
    return client ? exchange_events(&client->exchange) : 0;
}

EXPORT int certname_client_wait_ms(const struct certname_client *client)
{
    return client ? exchange_wait_ms(&client->exchange) : -1;
}

EXPORT unsigned certname_client_connection(const struct certname_client *client)
{
    return client ? client->exchange.n_connections : 0;
}
