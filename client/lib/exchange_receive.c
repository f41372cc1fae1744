/* SPDX-License-Identifier: MIT */
#include "client/lib/exchange_receive.h"

#include <assert.h>
#include <errno.h>

#include "base/clock.h"
#include "certname/client.h"

/* The kind of an answer's frame is the kind of the request plus this number (PROTOCOL.md). */
#define REPLY_KIND_OFFSET 128

static struct call *find_sent(const struct exchange *exchange, uint64_t tag)
{
    struct call *call = exchange->sent.first;

    while (call && call->tag != tag)
        call = call->next[CALL_BY_ORDER];
    return call;
}

static int refuse_foreign(struct exchange *exchange)
{
    return failure_set(&exchange->failure, CERTNAME_ERR_PROTOCOL, 0,
                       "%s: the reply answers a question that this client did not ask: does "
                       "another process use its descriptor?",
                       exchange->target.sun_path);
}

/* Handles an error reply to a call. Returns 0; or an error that ends the connection. */
static int take_error(struct exchange *exchange, struct call *call, const struct reply *reply)
{
    int result = reply_read_error(reply, &exchange->failure);

    if (result == CERTNAME_ERR_PROTOCOL)
        return result;
    if (result == CERTNAME_ERR_BUSY && call->retries_busy) {
        exchange_calls_requeue(exchange, call);
        exchange_calls_pause(exchange, clock_now_us(), true);
        return 0;
    }
    (void)exchange_calls_finish(exchange, call, result, NULL);
    return 0;
}

/*
 * Handles a reply to a call that is no error reply. Returns 0; or an error that ends the
 * connection.
 */
static int take_answer(struct exchange *exchange, struct call *call, const struct reply *reply)
{
    if (reply->kind != call->kind + REPLY_KIND_OFFSET)
        return refuse_foreign(exchange);
    exchange->pause_ms = 0;
    exchange->is_busy = false;
    failure_clear(&exchange->failure);
    return exchange_calls_finish(exchange, call, 0, reply);
}

/*
 * Finds the call that the reply answers and gives it the reply. Returns 0; or an error that ends
 * the connection and that the failure describes.
 */
static int take_reply(struct exchange *exchange, const struct reply *reply)
{
    bool is_error = reply->kind == FRAME_KIND_ERROR;
    struct call *call;

    /* An error without a tag concerns the whole connection. */
    if (reply->tag == 0 && is_error)
        return reply_read_error(reply, &exchange->failure);
    call = find_sent(exchange, reply->tag);
    if (!call)
        return refuse_foreign(exchange);
    if (call->is_abandoned) {
        exchange_calls_drop(exchange, call);
        return 0;
    }
    return is_error ? take_error(exchange, call, reply) : take_answer(exchange, call, reply);
}

/* Handles every complete reply in the input. Returns whether the connection is still open. */
static bool take_replies(struct exchange *exchange)
{
    for (;;) {
        struct bytes input = stream_input(&exchange->stream);
        struct reply reply;
        int r = reply_find(&reply, input.data, input.len, &exchange->failure);

        if (r == 0)
            return true;
        if (r == 1) {
            stream_take(&exchange->stream, reply.n_frame);
            r = take_reply(exchange, &reply);
        }
        if (r < 0) {
            exchange_calls_fail_sent(exchange, r);
            return false;
        }
    }
}

void exchange_receive(struct exchange *exchange)
{
    ssize_t n;

    do {
        n = stream_read(&exchange->stream);
        /* The input has room for the longest reply, so that take_replies() always empties a full
         * input. */
        assert(n != -ENOBUFS);
    } while (n > 0 && take_replies(exchange) && exchange->is_broken);

    if (!stream_is_open(&exchange->stream) || n > 0 || (n == -EAGAIN && !exchange->is_broken))
        return;
    if (n == -ENOMEM)
        exchange_calls_fail_sent(exchange,
                                 failure_set(&exchange->failure, CERTNAME_ERR_MEMORY, ENOMEM,
                                             "no memory for certnamed's replies"));
    else
        exchange_calls_lose_connection(exchange, n == 0 || n == -EAGAIN ? ECONNRESET : (int)-n);
}
