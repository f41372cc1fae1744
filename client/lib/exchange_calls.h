/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The state of an exchange of requests and replies with the daemon, and the functions that end
 * calls or queue them again. exchange_send.c sends, exchange_receive.c receives, exchange.c runs
 * both.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client/lib/address.h"
#include "client/lib/call.h"
#include "client/lib/failure.h"
#include "client/lib/process_mark.h"
#include "client/lib/stream.h"
#include "client/lib/tag.h"

/*
 * The largest number of calls that one certname_process() ends with an error, so that it returns
 * soon however many calls wait.
 */
#define EXCHANGE_ENDED_COUNT 32

struct exchange {
    struct address address;
    /* the address that was resolved last; used in messages while the stream is open */
    struct sockaddr_un target;
    struct stream stream;
    bool is_given; /* the program passed the descriptor, so that no other connection is opened */
    unsigned n_connections; /* the number of connections opened so far; tells a new connection from
                               an old one with the same descriptor */
    struct tag_source tags;
    struct process_mark mark; /* the process that the stream and the calls belong to */
    struct call_list waiting; /* every call without a result, in the order of deadlines */
    struct call_list queued;  /* calls that wait to be sent, in the order of sending */
    /* calls that have been sent and wait for their answers, and abandoned calls */
    struct call_list sent;
    struct call *writing;               /* the call whose frame has been sent in part; NULL: none */
    size_t n_written;                   /* bytes of the frame of `writing` that have been sent */
    uint8_t header[FRAME_HEADER_BYTES]; /* the header of the frame of `writing` */
    size_t n_waiting;
    size_t n_waiting_bytes; /* the sum of the payloads of the calls in `waiting`, in bytes */
    size_t n_sent;
    bool is_full;   /* the socket's buffer is full; nothing is sent until poll(2) reports POLLOUT */
    bool is_broken; /* sending failed; what the daemon sent before that is still read */
    int64_t resume_at_us; /* a time of clock_now_us() before which nothing is sent and no connection
                             is opened */
    unsigned pause_ms;    /* the length of the last pause; 0 once an answer has come */
    bool is_busy;         /* the last pause was made because the daemon is busy */
    bool is_processing; /* exchange_process() is running, so that a call's `finish` function may be
                           running */
    struct failure failure;
};

/* Adds a call, which has a deadline. The exchange frees the call after it has given it a result. */
void exchange_calls_add(struct exchange *exchange, struct call *call);

/*
 * Takes the call off its lists, gives it its result and frees it. The reply is NULL unless `result`
 * is 0. Returns what the call's `finish` function returned.
 */
int exchange_calls_finish(struct exchange *exchange, struct call *call, int result,
                          const struct reply *reply);

/*
 * Gives a sent call its result before the daemon's answer has come. The call is kept, so that a
 * late answer can be recognised.
 */
void exchange_calls_abandon(struct exchange *exchange, struct call *call, int result);

/* Frees an abandoned call, whose answer has come or can no longer come. */
void exchange_calls_drop(struct exchange *exchange, struct call *call);

/* Puts a call that was sent, or of which a part was sent, in front of the queue. */
void exchange_calls_requeue(struct exchange *exchange, struct call *call);

/*
 * Begins a pause in which nothing is sent. Each pause is twice as long as the one before, up to 64
 * ms, until an answer comes. With `is_busy`, calls whose deadline passes in the meantime get
 * CERTNAME_ERR_BUSY.
 */
void exchange_calls_pause(struct exchange *exchange, int64_t now_us, bool is_busy);

/* Closes the connection and puts the calls that were sent on it back in the queue. */
void exchange_calls_disconnect(struct exchange *exchange);

/*
 * Closes the connection because of an error that concerns all of it, which the failure describes.
 * Sent calls get this result; but if it is CERTNAME_ERR_BUSY, calls with `retries_busy` are queued
 * again.
 */
void exchange_calls_fail_sent(struct exchange *exchange, int result);

/*
 * Closes a connection that the daemon closed or reset; `errnum` says how. A call that was sent on
 * it is sent once more, alone on a new connection, because it may be the call that made the daemon
 * close the old one. If that connection breaks too, the call gets CERTNAME_ERR_UNAVAILABLE. A
 * reload is never sent again, nor is any call if the program passed the descriptor.
 */
void exchange_calls_lose_connection(struct exchange *exchange, int errnum);

/* Gives up to EXCHANGE_ENDED_COUNT queued calls this result, which the failure describes. */
void exchange_calls_fail_queued(struct exchange *exchange, int result);
