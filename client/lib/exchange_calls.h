/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The state of an exchange of requests and replies with the daemon, and the ways in which calls end
 * or are asked again. exchange_send.c sends, exchange_receive.c receives, exchange.c runs both.
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

/* Calls that are given an error at once: process() stays short however many calls wait. */
#define EXCHANGE_ENDED_COUNT 32

struct exchange {
    struct address address;
    struct sockaddr_un target; /* the resolved address; for messages while the stream is open */
    struct stream stream;
    bool is_given;          /* the program passed the descriptor: no other connection is opened */
    unsigned n_connections; /* since the start; tells one descriptor from the next */
    struct tag_source tags;
    struct process_mark mark;           /* the process that the stream and the calls belong to */
    struct call_list waiting;           /* every call without a result, by deadline */
    struct call_list queued;            /* calls to be sent, in their order */
    struct call_list sent;              /* calls whose answers are to come */
    struct call *writing;               /* the call whose frame has been sent in part, or NULL */
    size_t n_written;                   /* bytes of that frame that have been sent */
    uint8_t header[FRAME_HEADER_BYTES]; /* of that frame */
    size_t n_waiting;
    size_t n_waiting_bytes; /* of their payloads */
    size_t n_sent;
    bool is_full;         /* the socket takes no more for now */
    bool is_broken;       /* sending failed; what the daemon sent before is still read */
    int64_t resume_at_us; /* nothing is sent and no connection opened before */
    unsigned pause_ms;    /* the last pause; 0 after an answer */
    bool is_busy;         /* that pause is because the daemon is busy */
    bool is_processing;   /* a call's finish function may be running */
    struct failure failure;
};

/* Adds a call that has a deadline. The exchange frees it after its end. */
void exchange_calls_add(struct exchange *exchange, struct call *call);

/*
 * Takes the call off its list, gives it its result and frees it. The reply is NULL unless `result`
 * is 0. Returns what the call's finish function returned.
 */
int exchange_calls_finish(struct exchange *exchange, struct call *call, int result,
                          const struct reply *reply);

/*
 * Gives a sent call its result before its answer came. The call is kept, so that the answer is
 * recognised when it comes after all.
 */
void exchange_calls_abandon(struct exchange *exchange, struct call *call, int result);

/* Frees an abandoned call. */
void exchange_calls_drop(struct exchange *exchange, struct call *call);

/* Puts a call that is sent or being written in front of the queue. */
void exchange_calls_requeue(struct exchange *exchange, struct call *call);

/*
 * Lets nothing be sent for a while, which doubles each time up to 64 ms until there is an answer.
 * Calls whose time is up meanwhile get CERTNAME_ERR_BUSY if `is_busy`.
 */
void exchange_calls_pause(struct exchange *exchange, int64_t now_us, bool is_busy);

/* Closes the connection; calls that were sent on it go back to the queue. */
void exchange_calls_disconnect(struct exchange *exchange);

/*
 * Closes the connection because of an error that concerns all of it, which the failure describes.
 * Sent calls get this result; but where it is CERTNAME_ERR_BUSY, calls that retry are queued again.
 */
void exchange_calls_fail_sent(struct exchange *exchange, int result);

/*
 * Closes the connection that the daemon closed or reset; `errnum` says how. A call that was sent on
 * it is asked once more, on a connection where it is alone: it may be what made the daemon close
 * it. The second time it gets CERTNAME_ERR_UNAVAILABLE. A reload is never asked again.
 */
void exchange_calls_lose_connection(struct exchange *exchange, int errnum);

/* Gives some of the queued calls this result, which the failure describes. */
void exchange_calls_fail_queued(struct exchange *exchange, int result);
