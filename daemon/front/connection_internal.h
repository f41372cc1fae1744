/* SPDX-License-Identifier: MIT */
#pragma once

/* What connection.c and connection_set.c share, and nobody else. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include <event2/event.h>

#include "daemon/front/account.h"
#include "daemon/front/buffer.h"
#include "daemon/front/connection.h"
#include "daemon/front/dispatch.h"

enum timed {
    TIMED_NOT = 0,
    TIMED_FRAME,  /* a frame has begun and is not whole */
    TIMED_OUTPUT, /* replies are unread, and we have stopped reading */
};

struct connection {
    LIST_ENTRY(connection) in_set;
    struct connection_set *set;
    struct account *account;
    int socket;
    struct event *readable;
    struct event *writable;
    struct buffer in;
    struct buffer out;
    struct job_list jobs;
    size_t n_jobs;
    enum timed timed;
    int64_t due_ms;
    bool ended;    /* nothing more is read: the client's end, or ours after an error */
    bool has_more; /* a whole frame is left for the next turn, on the set's list */
    TAILQ_ENTRY(connection) in_turn;
};

LIST_HEAD(connection_list, connection);
TAILQ_HEAD(connection_queue, connection);

struct connection_set {
    struct event_base *base;
    struct account_table *accounts;
    struct dispatch *dispatch;
    connection_closed_fn closed;
    void *context;
    struct connection_list connections;
    size_t n_connections;
    struct event *sweep;
    bool sweeping;
    struct connection_queue with_more; /* those that have whole frames left for the next turn */
    size_t n_with_more;
    struct event *turn;
};

/* A connection for a socket, which it takes whatever the outcome. It is in no set's list yet. NULL
 * without memory. */
struct connection *connection_new(struct connection_set *set, struct account *account, int socket);

/* Leaves the set, drops its requests and frees it. */
void connection_close(struct connection *connection);

/* Goes on with everything that can go on, or closes the connection. It may be gone afterwards. */
void connection_proceed(struct connection *connection);

/* The set watches what a client is late with: from now on, or no longer. The same again changes
 * nothing. */
void connection_set_timed(struct connection *connection, enum timed timed, int64_t allowed_ms);

/* Its turn comes again when everybody else has had one; or it needs none. */
void connection_set_has_more(struct connection *connection, bool has_more);
