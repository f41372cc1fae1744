/* SPDX-License-Identifier: MIT */
#pragma once

/* The state that the connection*.c files share. Nobody else includes this header. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include <event2/event.h>
#include <event2/event_struct.h>

#include "daemon/front/buffer.h"
#include "daemon/front/connection_parts.h"
#include "daemon/front/verify_task.h"

/* Room for one read: one connection's pipelined requests are read in one call, and the other
 * connections have to wait while they are handled. */
#define CONNECTION_INPUT_BYTES 65536

enum connection_deadline {
    CONNECTION_DEADLINE_NONE = 0,
    CONNECTION_DEADLINE_FRAME,  /* a frame has begun and is incomplete */
    CONNECTION_DEADLINE_OUTPUT, /* replies are unread, and the socket takes no more */
    CONNECTION_DEADLINE_IDLE,   /* nothing is unfinished */
};

struct connection {
    struct requester requester; /* the first member: dispatch's callbacks get a pointer to it */
    LIST_ENTRY(connection) in_set;
    TAILQ_ENTRY(connection) in_turn; /* its account's connections with a turn, while needs_turn */
    struct connection_set *set;
    int socket;
    struct connection_origin origin;
    bool has_writer; /* the first byte has come, and `writer` is the uid of its writer */
    uid_t writer;
    struct event readable;
    struct event writable; /* added while output waits for the socket */
    struct buffer in;      /* an incomplete frame, or frames that have to wait */
    struct buffer out;     /* replies that the socket did not take */
    size_t n_held;         /* bytes of both buffers as they are charged to the account */
    unsigned n_bad_frames; /* frames that were not requests */
    size_t n_reloads;      /* reloads whose outcome the client waits for */
    uint64_t class_epoch;  /* the epoch that client_class belongs to */
    uint32_t client_class;
    enum connection_deadline deadline;
    int64_t due_ms;
    uint64_t idle_since; /* count of turns, of all connections, at its last turn */
    bool gets_rights;    /* descriptors may be passed on the socket: input is peeked at first */
    bool may_read;    /* the socket may have input: set by its event, until a read finds it empty */
    bool has_hung_up; /* the client has closed its end: input is read to its end */
    bool has_ended;   /* no more input is read: it is at its end, or was not understood */
    bool was_active;  /* input came since the last look at idle connections */
    bool needs_turn;  /* there is more to do, and the connection is on its account's list */
    bool is_muted;    /* its event is off while it waits for its turn */
    bool is_held; /* it has ended, and is closed when the client hangs up, or after frame-time */
};

LIST_HEAD(connection_list, connection);

struct connection_set {
    struct connection_parts parts;
    const struct settings *settings;
    struct connection_list connections;
    size_t n_connections;
    struct event *deadline_timer;
    unsigned interval_ms;           /* of that timer; 0: it does not run */
    struct account_queue with_turn; /* accounts with connections that need another turn */
    size_t n_with_turn;             /* how many accounts these are */
    uint64_t round;                 /* counts rounds of turns, each of which every account shares */
    struct event *turn_timer;
    bool has_round;           /* that timer is about to begin a round */
    unsigned n_in_round;      /* accounts for which something was handled in this round */
    unsigned n_shared_rounds; /* so many more rounds are shared ones (connection_schedule.c) */
    struct buffer batch;      /* replies to the connection in turn, to be sent in one write */
    unsigned n_batches;       /* counts turns, of which some are sampled for the latency */
    uint64_t n_turns;         /* counts turns for idle_since */
    unsigned n_known;         /* remembered answers in this turn */
    uint8_t input[CONNECTION_INPUT_BYTES];
};
