/* SPDX-License-Identifier: MIT */
#pragma once

/* A call: one request from the moment it is queued until its caller has the result. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "client/lib/deadline.h"
#include "client/lib/failure.h"
#include "client/lib/reply.h"
#include "proto/frame.h"

struct call;

/*
 * Gives the result to the caller, once for each call. Where `result` is 0 the reply is the daemon's
 * answer to this call, of the kind that answers the call's kind; else `result` is a negative enum
 * certname_error, the reply is NULL, and the failure says why. Returns 0; or CERTNAME_ERR_PROTOCOL
 * if the answer cannot be used, which ends the connection.
 */
typedef int (*call_fn)(struct call *call, int result, const struct reply *reply,
                       struct failure *failure);

enum call_state {
    CALL_QUEUED = 0, /* to be sent */
    CALL_WRITING,    /* its frame has been sent in part */
    CALL_SENT,       /* its answer is to come */
};

enum call_list_name {
    CALL_BY_DEADLINE = 0, /* every call */
    CALL_BY_ORDER,        /* queued calls, or sent calls */
    CALL_LISTS_COUNT,
};

struct call {
    struct call *next[CALL_LISTS_COUNT];
    struct call *previous[CALL_LISTS_COUNT];
    call_fn finish;
    void *context; /* of finish */
    enum frame_kind kind;
    enum call_state state;
    bool retries_busy;   /* ask again until the deadline while the daemon is busy */
    bool is_alone;       /* a connection broke under it: nothing else is sent beside it */
    bool is_abandoned;   /* its caller has a result; only its answer is still to come */
    unsigned n_attempts; /* connections that broke under it */
    uint64_t tag;        /* of the last time it was sent */
    struct deadline deadline;
    size_t n_payload;
    uint8_t payload[];
};

/* A list of calls. Zero-initialised it is empty. */
struct call_list {
    struct call *first;
    struct call *last;
};

/* Returns a call with a copy of the payload, for call_free(); NULL without memory. */
struct call *call_new(enum frame_kind kind, struct bytes payload);
struct call *call_free(struct call *call);

/* Returns the call's payload. */
struct bytes call_payload(const struct call *call);

/* Adds the call before `before`; NULL adds it at the end. The call is in no list of that name. */
void call_list_insert(struct call_list *list, enum call_list_name name, struct call *call,
                      struct call *before);

/* Removes the call from the list that it is in. */
void call_list_remove(struct call_list *list, enum call_list_name name, struct call *call);

/* Adds the call where the list stays in the order of deadlines. */
void call_list_insert_by_deadline(struct call_list *list, struct call *call);
