/* SPDX-License-Identifier: MIT */
#pragma once

/* The state that the connection*.c files share. No other file includes this header. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include <event2/event.h>
#include <event2/event_struct.h>

#include "daemon/front/buffer.h"
#include "daemon/front/connection_parts.h"
#include "daemon/front/verify_task.h"

/*
 * The size of one read. All pipelined requests of one connection that fit are read in one call, and
 * other connections have to wait while they are handled.
 */
#define CONNECTION_INPUT_BYTES 65536

enum connection_deadline {
    CONNECTION_DEADLINE_NONE = 0,
    CONNECTION_DEADLINE_FRAME,  /* a frame has begun and is incomplete */
    CONNECTION_DEADLINE_OUTPUT, /* the socket takes no more replies, because the client does not
                                   read */
    CONNECTION_DEADLINE_IDLE,   /* nothing is unfinished */
};

struct connection {
    /* must be the first member: the callbacks of dispatch get a pointer to it */
    struct requester requester;
    LIST_ENTRY(connection) in_set;
    TAILQ_ENTRY(connection)
    in_turn; /* in the account's list of connections that need a turn, while needs_turn */
    struct connection_set *set;
    int socket;
    struct connection_origin origin;
    bool has_writer; /* the first byte has been read, and `writer` is the uid of the process that
                        wrote it */
    uid_t writer;
    struct event readable;
    struct event writable; /* added while output waits for room in the socket */
    struct buffer in;      /* an incomplete frame, or whole frames that have to wait */
    struct buffer out;     /* replies that the socket did not take */
    size_t n_held;         /* the bytes of both buffers that are charged to the account */
    unsigned n_bad_frames; /* how many frames of this client were not requests */
    size_t n_reloads;      /* reloads for whose outcome the client waits */
    uint64_t class_epoch;  /* the epoch for which client_class was determined */
    uint32_t client_class;
    enum connection_deadline deadline;
    int64_t due_ms;
    uint64_t idle_since; /* the value of the set's n_turns at this connection's last turn */
    bool gets_rights; /* descriptors may be passed over the socket, so that input is peeked at first
                       */
    bool may_read;    /* the socket may hold input: true from a read event until a read finds the
                         socket empty */
    bool has_hung_up; /* the client has closed its side; what it sent before is still read */
    bool has_ended; /* no more input is read: the stream is at its end or could not be understood */
    bool was_active; /* input has come since is_late() looked at the connection last */
    bool needs_turn; /* the connection has more to do and is on its account's list of turns */
    bool is_muted;   /* the read event is off while the connection waits for its turn */
    bool is_held;    /* the connection has ended, but stays open until the client hangs up or
                        frame-time is over */
};

LIST_HEAD(connection_list, connection);

struct connection_set {
    struct connection_parts parts;
    const struct settings *settings;
    struct connection_list connections;
    size_t n_connections;
    struct event *deadline_timer;
    bool is_timing;  /* the timer runs */
    int64_t look_ms; /* the clock_now_ms() at which silent connections are looked at next */
    struct account_queue with_turn; /* the accounts that have connections that need another turn */
    size_t n_with_turn;             /* the number of accounts in with_turn */
    uint64_t round; /* counts rounds of turns; in each round every account has one turn */
    struct event *turn_timer;
    bool has_round;      /* turn_timer has been started and will begin a round */
    unsigned n_in_round; /* the number of accounts for which something was handled in this round */
    unsigned n_shared_rounds; /* how many more rounds count as shared (connection_schedule.c) */
    struct buffer batch;      /* replies to the connection in turn, which are sent with one write */
    unsigned n_batches; /* counts turns, to choose those whose time is measured for the latency */
    uint64_t n_turns;   /* counts turns, for idle_since */
    unsigned n_known;   /* the number of answers from the cache in this turn */
    uint8_t input[CONNECTION_INPUT_BYTES];
};
