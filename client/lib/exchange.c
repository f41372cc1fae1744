/* SPDX-License-Identifier: MIT */
#include "client/lib/exchange.h"

#include <errno.h>
#include <poll.h>
#include <time.h>

#include "base/clock.h"
#include "certname/client.h"
#include "client/lib/exchange_receive.h"
#include "client/lib/exchange_send.h"

int exchange_init(struct exchange *exchange)
{
    *exchange = (struct exchange){.stream = STREAM_CLOSED};
    return address_init(&exchange->address);
}

/*
 * After a fork, frees the child's copies of the parent's calls without giving them a result. The
 * parent still has its own and gets the answers.
 */
static void forget_calls(struct exchange *exchange)
{
    struct call *call;

    while ((call = exchange->waiting.first) != NULL) {
        call_list_remove(&exchange->waiting, CALL_BY_DEADLINE, call);
        if (call->state == CALL_SENT)
            call->is_abandoned = true;
        else
            (void)call_free(call);
    }
    while ((call = exchange->sent.first) != NULL)
        exchange_calls_drop(exchange, call);
    exchange->queued = (struct call_list){0};
    exchange->writing = NULL;
    exchange->n_waiting = exchange->n_waiting_bytes = 0;
}

void exchange_deinit(struct exchange *exchange)
{
    if (!process_mark_is_ours(&exchange->mark))
        forget_calls(exchange);
    exchange_calls_disconnect(exchange);
    while (exchange->queued.first) {
        (void)failure_set(&exchange->failure, CERTNAME_ERR_CANCELED, 0,
                          "the client was freed before the question was answered");
        (void)exchange_calls_finish(exchange, exchange->queued.first, CERTNAME_ERR_CANCELED, NULL);
    }
    address_deinit(&exchange->address);
    process_mark_clear(&exchange->mark);
}

int exchange_begin(struct exchange *exchange)
{
    int r;

    failure_clear(&exchange->failure);
    if (!process_mark_is_ours(&exchange->mark)) {
        forget_calls(exchange);
        exchange_calls_disconnect(exchange);
        r = tag_source_init(&exchange->tags);
        if (r)
            return failure_set(&exchange->failure, CERTNAME_ERR_UNAVAILABLE, -r,
                               "the kernel gives no random bytes for the tags of requests (%m)");
        process_mark_set(&exchange->mark);
    }
    if (stream_is_open(&exchange->stream) && !stream_is_intact(&exchange->stream))
        exchange_calls_disconnect(exchange);
    return 0;
}

/* --- deadlines --- */

/* Fills in the failure for a call whose deadline has passed. Returns the error for the call. */
static int describe_expiry(struct exchange *exchange, const struct call *call)
{
    const char *path = exchange->target.sun_path;

    if (exchange->is_busy)
        return failure_set(&exchange->failure, CERTNAME_ERR_BUSY, EAGAIN,
                           "%s: certnamed was too busy for this question for %u ms: try again "
                           "later",
                           path, call->deadline.timeout_ms);
    return failure_set(&exchange->failure, CERTNAME_ERR_TIMEOUT, ETIMEDOUT,
                       "%s: certnamed did not answer within %u ms: try again, or allow more time",
                       path, call->deadline.timeout_ms);
}

static bool has_live_call(const struct exchange *exchange)
{
    for (const struct call *call = exchange->sent.first; call; call = call->next[CALL_BY_ORDER]) {
        if (!call->is_abandoned)
            return true;
    }
    return false;
}

static void expire_call(struct exchange *exchange, struct call *call, int64_t now_us)
{
    int result = describe_expiry(exchange, call);

    /* A connection cannot be used any more after half a frame, nor if only answers to abandoned
     * calls can still come. */
    if (call->state == CALL_WRITING)
        exchange_calls_disconnect(exchange);
    if (call->state == CALL_SENT)
        exchange_calls_abandon(exchange, call, result);
    else
        (void)exchange_calls_finish(exchange, call, result, NULL);
    if (exchange->n_sent == 0 || has_live_call(exchange))
        return;
    exchange_calls_disconnect(exchange);
    /* A pause, so that a daemon that does not answer is not flooded with new connections. */
    exchange_calls_pause(exchange, now_us, false);
}

static void expire_calls(struct exchange *exchange, int64_t now_us)
{
    for (int i = 0; i < EXCHANGE_ENDED_COUNT; i++) {
        struct call *call = exchange->waiting.first;

        if (!call || !deadline_has_passed(&call->deadline, now_us))
            return;
        expire_call(exchange, call, now_us);
    }
}

/* --- steps --- */

size_t exchange_process(struct exchange *exchange, bool may_read)
{
    int64_t now_us = clock_now_us();

    exchange->is_processing = true;
    exchange_send(exchange, now_us);
    if (stream_is_open(&exchange->stream) && (may_read || exchange->is_broken)) {
        exchange_receive(exchange);
        exchange_send(exchange, now_us);
    }
    expire_calls(exchange, now_us);
    exchange->is_processing = false;
    return exchange->n_waiting;
}

short exchange_events(const struct exchange *exchange)
{
    if (!stream_is_open(&exchange->stream))
        return 0;
    return (short)(exchange->is_full ? POLLIN | POLLOUT : POLLIN);
}

int exchange_wait_ms(const struct exchange *exchange)
{
    int64_t now_us = clock_now_us();
    int64_t until_us;

    if (exchange->n_waiting == 0)
        return -1;
    until_us = exchange->waiting.first->deadline.at_us;
    if (exchange->is_broken || (!exchange->is_full && exchange_send_next(exchange, now_us)))
        return 0;
    if (exchange->queued.first &&
        (exchange_send_wants_connection(exchange, now_us) || exchange->resume_at_us > now_us) &&
        exchange->resume_at_us < until_us)
        until_us = exchange->resume_at_us;
    return deadline_wait_ms(until_us, now_us);
}

/*
 * Sleeps for a millisecond because poll() failed, which happens while the process may have no
 * descriptor. Then reports input, so that the caller reads.
 */
static void sleep_instead(struct pollfd *watched)
{
    static const struct timespec pause = {.tv_nsec = 1000000};

    (void)clock_nanosleep(CLOCK_MONOTONIC, 0, &pause, NULL);
    watched->revents = POLLIN;
}

void exchange_wait(struct exchange *exchange)
{
    bool may_read = false;

    while (exchange_process(exchange, may_read) > 0) {
        struct pollfd watched = {
            .fd = exchange->stream.fd, /* may be -1; poll() then waits only for the timeout */
            .events = exchange_events(exchange),
        };

        if (poll(&watched, 1, exchange_wait_ms(exchange)) < 0 && errno != EINTR)
            sleep_instead(&watched);
        may_read = (watched.revents & ~POLLOUT) != 0;
    }
}
