/* SPDX-License-Identifier: MIT */
#include "client/lib/exchange_calls.h"

#include <assert.h>
#include <errno.h>

#include "base/clock.h"
#include "certname/client.h"

/*
 * A request that was sent on this many connections that then broke is not sent again: the request
 * itself may make the daemon fail.
 */
#define ATTEMPTS_COUNT 2
#define PAUSE_MS_MAX   64
#define US_PER_MS      1000

void exchange_calls_add(struct exchange *exchange, struct call *call)
{
    call_list_insert_by_deadline(&exchange->waiting, call);
    call_list_insert(&exchange->queued, CALL_BY_ORDER, call, NULL);
    exchange->n_waiting++;
    exchange->n_waiting_bytes += call->n_payload;
}

static void take_off(struct exchange *exchange, struct call *call)
{
    switch (call->state) {
    case CALL_QUEUED:
        call_list_remove(&exchange->queued, CALL_BY_ORDER, call);
        return;
    case CALL_WRITING:
        assert(exchange->writing == call);
        exchange->writing = NULL;
        return;
    case CALL_SENT:
        assert(exchange->n_sent > 0);
        call_list_remove(&exchange->sent, CALL_BY_ORDER, call);
        exchange->n_sent--;
        return;
    }
}

static int give_result(struct exchange *exchange, struct call *call, int result,
                       const struct reply *reply)
{
    assert(!call->is_abandoned && exchange->n_waiting > 0);
    call_list_remove(&exchange->waiting, CALL_BY_DEADLINE, call);
    exchange->n_waiting--;
    exchange->n_waiting_bytes -= call->n_payload;
    return call->finish(call, result, reply, &exchange->failure);
}

int exchange_calls_finish(struct exchange *exchange, struct call *call, int result,
                          const struct reply *reply)
{
    int r;

    take_off(exchange, call);
    r = give_result(exchange, call, result, reply);
    (void)call_free(call);
    return r;
}

void exchange_calls_abandon(struct exchange *exchange, struct call *call, int result)
{
    assert(call->state == CALL_SENT);
    (void)give_result(exchange, call, result, NULL);
    call->is_abandoned = true;
}

void exchange_calls_drop(struct exchange *exchange, struct call *call)
{
    assert(call->is_abandoned);
    take_off(exchange, call);
    (void)call_free(call);
}

void exchange_calls_requeue(struct exchange *exchange, struct call *call)
{
    assert(call->state != CALL_QUEUED && !call->is_abandoned);
    take_off(exchange, call);
    call->state = CALL_QUEUED;
    call_list_insert(&exchange->queued, CALL_BY_ORDER, call, exchange->queued.first);
}

void exchange_calls_pause(struct exchange *exchange, int64_t now_us, bool is_busy)
{
    unsigned pause_ms = exchange->pause_ms ? exchange->pause_ms * 2 : 1;

    exchange->pause_ms = pause_ms > PAUSE_MS_MAX ? PAUSE_MS_MAX : pause_ms;
    exchange->resume_at_us = now_us + (int64_t)exchange->pause_ms * US_PER_MS;
    exchange->is_busy = is_busy;
}

static void close_stream(struct exchange *exchange)
{
    stream_close(&exchange->stream);
    exchange->n_written = 0;
    exchange->is_full = false;
    exchange->is_broken = false;
}

/*
 * Returns a call that was sent on the connection that was just closed; NULL if there is none. The
 * call that was sent last comes first, so that putting each in front of the queue keeps their
 * order. Abandoned calls are freed.
 */
static struct call *next_orphan(struct exchange *exchange)
{
    if (exchange->writing)
        return exchange->writing;
    while (exchange->sent.last && exchange->sent.last->is_abandoned)
        exchange_calls_drop(exchange, exchange->sent.last);
    return exchange->sent.last;
}

void exchange_calls_disconnect(struct exchange *exchange)
{
    struct call *call;

    close_stream(exchange);
    while ((call = next_orphan(exchange)) != NULL)
        exchange_calls_requeue(exchange, call);
}

/*
 * Gives a call the result, and keeps the failure for the next call, because the call's `finish`
 * function may change it.
 */
static void fail_call(struct exchange *exchange, struct call *call, int result)
{
    struct failure failure = exchange->failure;

    (void)exchange_calls_finish(exchange, call, result, NULL);
    exchange->failure = failure;
}

void exchange_calls_fail_sent(struct exchange *exchange, int result)
{
    struct call *call;

    close_stream(exchange);
    if (result == CERTNAME_ERR_BUSY)
        exchange_calls_pause(exchange, clock_now_us(), true);
    while ((call = next_orphan(exchange)) != NULL) {
        if (result == CERTNAME_ERR_BUSY && call->retries_busy)
            exchange_calls_requeue(exchange, call);
        else
            fail_call(exchange, call, result);
    }
}

void exchange_calls_lose_connection(struct exchange *exchange, int errnum)
{
    struct call *call;

    close_stream(exchange);
    (void)failure_set(&exchange->failure, CERTNAME_ERR_UNAVAILABLE, errnum,
                      "%s: certnamed closed the connection (%m) without an answer: try again, and "
                      "look into certnamed's log",
                      exchange->target.sun_path);
    while ((call = next_orphan(exchange)) != NULL) {
        call->is_alone = true;
        if (++call->n_attempts == ATTEMPTS_COUNT || call->kind == FRAME_KIND_RELOAD ||
            exchange->is_given)
            fail_call(exchange, call, CERTNAME_ERR_UNAVAILABLE);
        else
            exchange_calls_requeue(exchange, call);
    }
}

void exchange_calls_fail_queued(struct exchange *exchange, int result)
{
    for (int i = 0; i < EXCHANGE_ENDED_COUNT && exchange->queued.first; i++)
        fail_call(exchange, exchange->queued.first, result);
}
