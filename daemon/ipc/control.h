/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Messages between supervisor and front over a SOCK_SEQPACKET pair. They have a fixed size, since
 * both programs are of one build; some kinds carry a descriptor.
 *
 * An epoch is a generation (a policy and the libraries that it is judged with) with its material:
 * trust stores and CRLs. A verifier belongs to the epoch in which it was forked. The front gives
 * new requests only to verifiers of the epoch in force; an older verifier finishes the request that
 * it has begun.
 */

#include <stdint.h>

#include "daemon/limits.h"

enum control_kind {
    CONTROL_NONE = 0,

    /* From the supervisor to the front: */
    CONTROL_VERIFIER = 1, /* a new verifier of `epoch`; carries the socket to the verifier */
    CONTROL_GONE = 2,     /* a verifier has ended; `cause` says why */
    /* `epoch` is in force from now on; carries the epoch's settings (settings.h) */
    CONTROL_EPOCH = 5,
    CONTROL_FACTS = 6, /* the supervisor's part of the status; carries a JSON text */
    /* a reload has ended; `cause` is 0 (done) or 1 (refused); carries a text about it */
    CONTROL_RELOADED = 8,
    CONTROL_RECORD = 9,  /* carries the file to record requests in (record.h); without a descriptor,
                            recording stops */
    CONTROL_LISTEN = 14, /* carries one more listening socket for requests or administration; `name`
                            and `uid` describe it */
    /* the front has to close the socket with this `name` and all its connections */
    CONTROL_UNLISTEN = 16,
    CONTROL_METRICS = 10, /* carries a listening socket for metrics over HTTP; without a descriptor,
                             metrics over HTTP stop */
    CONTROL_ACCOUNTS = 13, /* which uids belong to one account; carries a map (account_map.h) */
    CONTROL_PING = 11,     /* asks for a CONTROL_PONG, to see whether the front is alive */
    /* no policy is in force yet; carries the reason, as a text for clients */
    CONTROL_UNAVAILABLE = 15,

    /* From the front to the supervisor: */
    CONTROL_OVERRUN = 3, /* asks for the end of a verifier that is late */
    /* asks for the end of a verifier that sent something that is no reply */
    CONTROL_BROKEN = 17,
    /* asks for the end of a verifier whose socket did not reach the front */
    CONTROL_UNREACHED = 18,
    CONTROL_AT_WORK = 4, /* a verifier that has ended had a request at that time */
    CONTROL_PONG = 12,   /* the answer to CONTROL_PING */
    CONTROL_RELOAD = 7,  /* a client that is allowed to reload asks for a reload */
};

/* Why a verifier has ended. The front decides by the cause whether to try its request again. */
enum control_cause {
    CONTROL_CAUSE_NONE = 0,
    CONTROL_CAUSE_CPU = 1, /* its request used up the CPU time, and the timer ended it */
    /* it was killed, by a signal from elsewhere or at the wall-clock deadline */
    CONTROL_CAUSE_OTHER = 2,
    /* it crashed: a fault, an abort, or a system call that its filter forbids */
    CONTROL_CAUSE_CRASH = 3,
    /* the verifier ended by itself, because its epoch or its time was over */
    CONTROL_CAUSE_RETIRED = 4,
    CONTROL_CAUSES_COUNT,
};

/*
 * The name of the administrative socket, for status, metrics and reload. A socket of any other name
 * is for requests.
 */
#define CONTROL_ADMIN_NAME "certnamed-admin"

struct control_message {
    uint64_t epoch; /* for CONTROL_VERIFIER and CONTROL_EPOCH */
    uint32_t kind;
    uint32_t verifier; /* the verifier's number; a number is never used for another verifier */
    uint32_t cause;    /* for CONTROL_GONE an enum control_cause; for CONTROL_RELOADED 0 or 1 */
    uint32_t uid;      /* for CONTROL_LISTEN: the user who may administer besides root */
    /* the socket's name with a NUL, for CONTROL_LISTEN and CONTROL_UNLISTEN */
    char name[LIMIT_SOCKET_NAME_BYTES];
    int32_t pid; /* the verifier's process id, for the log */
};

/*
 * Makes a pair of connected sockets, both close-on-exec; the first one does not block. Returns 0 or
 * -errno.
 */
int control_pair(int pair[static 2]);

/*
 * Sends a message, together with the descriptor `fd` unless that is -1. The descriptor stays the
 * caller's. Returns 0, -EPIPE if the other side has ended, or -errno.
 */
int control_send(int socket, const struct control_message *message, int fd);

/*
 * Receives a message without blocking. *fdp becomes a descriptor that now belongs to the caller, or
 * -1. It is also -1 if a descriptor was sent but this process has no room for one more.
 *
 * Returns 0, 1 if the other side has ended, -EAGAIN if no message has arrived, -EBADMSG if the
 * bytes are not a message, or -errno.
 */
int control_receive(int socket, struct control_message *message, int *fdp);
