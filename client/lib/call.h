/* SPDX-License-Identifier: MIT */
#pragma once

/* A call is one request, from the moment it is queued until its caller has the result. */

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
 * Gives the result to the caller; called once for each call. If `result` is 0 the reply answers
 * this call and is of the right kind. Otherwise `result` is a negative enum certname_error, the
 * reply is NULL, and the failure says why. Returns 0; or CERTNAME_ERR_PROTOCOL if the reply cannot
 * be used, which ends the connection.
 */
typedef int (*call_fn)(struct call *call, int result, const struct reply *reply,
                       struct failure *failure);

enum call_state {
    CALL_QUEUED = 0, /* waits to be sent */
    CALL_WRITING,    /* a part of its frame has been sent */
    CALL_SENT,       /* has been sent and waits for its answer */
};

enum call_list_name {
    CALL_BY_DEADLINE = 0, /* the list of every call */
    CALL_BY_ORDER,        /* the list of queued calls, or that of sent calls */
    CALL_LISTS_COUNT,
};

struct call {
    struct call *next[CALL_LISTS_COUNT];
    struct call *previous[CALL_LISTS_COUNT];
    call_fn finish;
    void *context; /* for the use of `finish` */
    enum frame_kind kind;
    enum call_state state;
    bool retries_busy; /* ask again while the daemon is busy, until the deadline */
    bool is_alone; /* a connection broke while this call was sent; no other call is sent together
                      with it any more */
    bool is_abandoned;   /* its caller has got a result already; only the daemon's answer is still
                            awaited */
    unsigned n_attempts; /* the number of connections that broke while this call was sent */
    uint64_t tag;        /* the tag that it had when it was sent last */
    struct deadline deadline;
    size_t n_payload;
    uint8_t payload[];
};

/* A list of calls. A zero-initialised list is empty. */
struct call_list {
    struct call *first;
    struct call *last;
};

/*
 * Returns a call, to be freed by call_free(), whose payload of n_payload bytes the caller has to
 * write; NULL if memory ran out.
 */
struct call *call_new(enum frame_kind kind, size_t n_payload);
struct call *call_free(struct call *call);

/* Returns the call's payload. */
struct bytes call_payload(const struct call *call);

/*
 * Adds the call before the call `before`, or at the end if that is NULL. The call must not be in a
 * list of this name yet.
 */
void call_list_insert(struct call_list *list, enum call_list_name name, struct call *call,
                      struct call *before);

/* Removes the call from the list of this name that it is in. */
void call_list_remove(struct call_list *list, enum call_list_name name, struct call *call);

/* Adds the call to a list that is in the order of deadlines, and keeps that order. */
void call_list_insert_by_deadline(struct call_list *list, struct call *call);
