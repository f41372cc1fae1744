/* SPDX-License-Identifier: MIT */
#pragma once

/* What connection.c, connection_output.c and connection_set.c share, and nobody else. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include <event2/event.h>
#include <event2/event_struct.h>

#include "daemon/front/buffer.h"
#include "daemon/front/connection.h"
#include "proto/error.h"

/* Room for one read: a batch of pipelined requests in one, and what others have to wait for. */
#define INPUT_BYTES 65536

enum timed {
    TIMED_NOT = 0,
    TIMED_FRAME,  /* a frame has begun and is not whole */
    TIMED_OUTPUT, /* replies are unread, and the socket takes no more */
    TIMED_IDLE,   /* nothing is unfinished */
};

struct connection {
    struct asker asker;
    LIST_ENTRY(connection) in_set;
    struct connection_set *set;
    int socket;
    struct event readable;
    struct event writable; /* added while output waits */
    struct buffer in;      /* an unfinished frame, or what had to wait */
    struct buffer out;     /* what the socket did not take */
    size_t n_held;         /* memory of both, as it is charged */
    size_t n_admin;        /* reloads waited for */
    uint64_t class_epoch;
    uint32_t client_class;
    enum timed timed;
    int64_t due_ms;
    bool may_read;  /* the socket may hold something: told once, until it is read empty */
    bool hangs_up;  /* the client's end has closed: what is left is read to its end */
    bool ended;     /* nothing more is read: the client's end, or ours after an error */
    bool is_active; /* something came since the last sweep */
    bool has_more;  /* it needs another turn, and is on the set's list */
    TAILQ_ENTRY(connection) in_turn;
};

LIST_HEAD(connection_list, connection);
TAILQ_HEAD(connection_queue, connection);

struct connection_set {
    struct connection_parts parts;
    const struct settings *settings;
    struct connection_list connections;
    size_t n_connections;
    struct event *sweep;
    bool sweeping;
    struct connection_queue with_more; /* those that need another turn */
    size_t n_with_more;
    struct event *turn;
    struct buffer batch; /* output of the connection in turn, on its way to one write */
    unsigned n_batches;  /* for the sample of latencies */
    unsigned n_known;    /* answers in this turn that were known */
    uint8_t input[INPUT_BYTES];
};

/* --- connection.c --- */

/* A connection for a socket, which it takes whatever the outcome. It is in no set's list yet. NULL
 * without memory. */
struct connection *connection_new(struct connection_set *set, struct account *account, int socket);

/* Leaves the set, drops its requests and frees it. */
void connection_close(struct connection *connection);

/* Goes on with everything that can go on, or closes the connection. It may be gone afterwards. */
void connection_proceed(struct connection *connection);

/* --- connection_output.c --- */

/* Queues a frame behind what is queued. 0 or -ENOMEM. */
int connection_put(struct connection *connection, uint8_t kind, uint64_t tag,
                   const uint8_t *payload, size_t n_payload);
int connection_put_error(struct connection *connection, uint64_t tag, enum error_code code,
                         const char *text);

/* Writes what the socket takes, in one write if it takes all. 0 or -errno, and then the client is
 * gone. */
int connection_flush(struct connection *connection);

/* Bytes that the client has not been sent. */
static inline size_t connection_unsent(const struct connection *connection)
{
    return connection->out.len + connection->set->batch.len;
}

/* Its client leaves too much unread: no more is read from it. */
bool connection_is_stalled(const struct connection *connection);

/* The memory that it holds is charged to its account. */
void connection_charge(struct connection *connection);

/* --- connection_set.c --- */

/* The set watches what a client is late with. The same again changes nothing. */
void connection_set_timed(struct connection *connection, enum timed timed);

/* Its turn comes again when everybody else has had one; or it needs none. */
void connection_set_has_more(struct connection *connection, bool has_more);
