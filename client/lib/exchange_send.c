/* SPDX-License-Identifier: MIT */
#include "client/lib/exchange_send.h"

#include <errno.h>

#include "certname/client.h"
#include "client/lib/daemon_uid.h"

/* The number of requests that the daemon takes from one connection at a time (PROTOCOL.md). */
#define IN_FLIGHT_COUNT 64

/* --- connecting --- */

static int describe_connect(struct exchange *exchange, int errnum)
{
    const char *path = exchange->target.sun_path;
    struct failure *failure = &exchange->failure;

    if (errnum == ENOMEM || errnum == ENOBUFS)
        return failure_set(failure, CERTNAME_ERR_MEMORY, errnum, "%s: no memory to connect (%m)",
                           path);
    if (errnum == EMFILE || errnum == ENFILE)
        return failure_set(failure, CERTNAME_ERR_UNAVAILABLE, errnum,
                           "%s: no descriptor to connect with (%m): close some, or raise the limit",
                           path);
    if (errnum == EACCES || errnum == EPERM)
        return failure_set(failure, CERTNAME_ERR_UNAVAILABLE, errnum,
                           "%s: this user may not connect to this socket of certnamed (%m): the "
                           "administrative socket is root's and the daemon's",
                           path);
    return failure_set(failure, CERTNAME_ERR_UNAVAILABLE, errnum,
                       "%s: cannot connect to certnamed (%m): check that it is running and that "
                       "this is its socket",
                       path);
}

/*
 * Opens a connection and checks who listens. Returns 0; -EAGAIN if the daemon's queue of
 * connections is full; or a negative enum certname_error that the failure describes.
 */
static int connect_checked(struct exchange *exchange)
{
    int r;

    if (exchange->is_given)
        return failure_set(&exchange->failure, CERTNAME_ERR_UNAVAILABLE, ENOTCONN,
                           "the connected descriptor that this client was given is closed, or is "
                           "the parent process's: give it another one");
    r = address_resolve(&exchange->address, &exchange->target, &exchange->failure);
    if (r)
        return r;
    r = stream_connect(&exchange->stream, &exchange->target);
    if (r)
        return r == -EAGAIN ? r : describe_connect(exchange, -r);
    r = daemon_uid_check(exchange->stream.fd, exchange->address.trust_unmapped,
                         exchange->target.sun_path, &exchange->failure);
    if (r)
        stream_close(&exchange->stream);
    return r;
}

bool exchange_send_wants_connection(const struct exchange *exchange, int64_t now_us)
{
    const struct call *call = exchange->queued.first;

    return call && !deadline_has_passed(&call->deadline, now_us) &&
           !stream_is_open(&exchange->stream);
}

static void connect_if_wanted(struct exchange *exchange, int64_t now_us)
{
    int r;

    if (!exchange_send_wants_connection(exchange, now_us) || now_us < exchange->resume_at_us)
        return;
    r = connect_checked(exchange);
    if (r == -EAGAIN)
        exchange_calls_pause(exchange, now_us, true);
    else if (r)
        exchange_calls_fail_queued(exchange, r);
    if (r)
        return;
    exchange->n_connections++;
    exchange->is_busy = false;
}

/* --- sending --- */

struct call *exchange_send_next(const struct exchange *exchange, int64_t now_us)
{
    struct call *call = exchange->queued.first;
    bool other_is_alone = exchange->sent.first && exchange->sent.first->is_alone;

    if (!stream_is_open(&exchange->stream) || exchange->is_broken)
        return NULL;
    if (exchange->writing)
        return exchange->writing;
    if (!call || now_us < exchange->resume_at_us || exchange->n_sent >= IN_FLIGHT_COUNT ||
        deadline_has_passed(&call->deadline, now_us))
        return NULL;
    return exchange->n_sent > 0 && (call->is_alone || other_is_alone) ? NULL : call;
}

static void begin_frame(struct exchange *exchange, struct call *call)
{
    call->tag = tag_next(&exchange->tags, call->kind, call_payload(call));
    frame_write_header(exchange->header, (uint8_t)call->kind, call->tag, call->n_payload);
    call_list_remove(&exchange->queued, CALL_BY_ORDER, call);
    call->state = CALL_WRITING;
    exchange->writing = call;
    exchange->n_written = 0;
}

/* Sends the rest of the call's frame. Returns what stream_send() returned. */
static ssize_t send_rest(struct exchange *exchange, struct call *call)
{
    size_t skip = exchange->n_written;
    size_t skip_payload = skip > FRAME_HEADER_BYTES ? skip - FRAME_HEADER_BYTES : 0;
    struct iovec parts[2];
    size_t n_parts = 0;

    if (skip < FRAME_HEADER_BYTES)
        parts[n_parts++] = (struct iovec){exchange->header + skip, FRAME_HEADER_BYTES - skip};
    if (skip_payload < call->n_payload)
        parts[n_parts++] = (struct iovec){call->payload + skip_payload,
                                          call->n_payload - skip_payload};
    return stream_send(&exchange->stream, parts, n_parts);
}

static void end_frame(struct exchange *exchange, struct call *call)
{
    exchange->writing = NULL;
    exchange->n_written = 0;
    call->state = CALL_SENT;
    call_list_insert(&exchange->sent, CALL_BY_ORDER, call, NULL);
    exchange->n_sent++;
}

void exchange_send(struct exchange *exchange, int64_t now_us)
{
    struct call *call;

    connect_if_wanted(exchange, now_us);
    exchange->is_full = false;
    while (!exchange->is_full && (call = exchange_send_next(exchange, now_us)) != NULL) {
        ssize_t n;

        if (call->state == CALL_QUEUED)
            begin_frame(exchange, call);
        n = send_rest(exchange, call);
        if (n >= 0)
            exchange->n_written += (size_t)n;
        else if (n == -EAGAIN)
            exchange->is_full = true;
        else
            exchange->is_broken = true;
        if (exchange->n_written == FRAME_HEADER_BYTES + call->n_payload)
            end_frame(exchange, call);
    }
}
