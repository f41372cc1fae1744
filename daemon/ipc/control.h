/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Messages between supervisor and front over a SOCK_SEQPACKET pair. They have a fixed size, since
 * both programs are of one build; some kinds carry a descriptor.
 *
 * An epoch is a generation (a policy and what is needed to judge by it) with its material: trust
 * stores and CRLs. A verifier belongs to the epoch that it was forked in. The front gives new
 * requests only to verifiers of the epoch in force; a request that an older verifier has begun is
 * finished there.
 */

#include <stdint.h>

enum control_kind {
    CONTROL_NONE = 0,

    /* Sent to the front. */
    CONTROL_VERIFIER = 1,  /* a new verifier of `epoch`; carries its socket */
    CONTROL_GONE = 2,      /* a verifier has ended; `cause` says why */
    CONTROL_EPOCH = 5,     /* `epoch` is in force from now on; carries its settings (settings.h) */
    CONTROL_FACTS = 6,     /* the supervisor's part of the status; carries a text in JSON */
    CONTROL_RELOADED = 8,  /* a reload has ended; `cause` is 0 or 1 (refused); carries a text */
    CONTROL_RECORD = 9,    /* carries the file for recorded requests (record.h), or none: stop */
    CONTROL_LISTEN = 14,   /* carries a further listening socket; `name` and `uid` say which */
    CONTROL_METRICS = 10,  /* carries a listening socket for metrics over HTTP, or none: stop */
    CONTROL_ACCOUNTS = 13, /* which uids are one account; carries an account_map.h */
    CONTROL_PING = 11,     /* asks for a sign of life, which is CONTROL_PONG */

    /* Sent to the supervisor. */
    CONTROL_OVERRUN = 3, /* end this verifier: it is late, or does not keep to the protocol */
    CONTROL_AT_WORK = 4, /* a verifier that has ended had a request */
    CONTROL_PONG = 12,   /* the answer to CONTROL_PING */
    CONTROL_RELOAD = 7,  /* a client that may do so asks for a reload */
};

/* Why a verifier has ended. */
enum control_cause {
    CONTROL_CAUSE_NONE = 0,
    CONTROL_CAUSE_CPU = 1,     /* the CPU timer of its request */
    CONTROL_CAUSE_OTHER = 2,   /* a signal from elsewhere, or the wall-clock deadline */
    CONTROL_CAUSE_CRASH = 3,   /* a fault, an abort, or a system call that the filter forbids */
    CONTROL_CAUSE_RETIRED = 4, /* its epoch is over, and it ended as it was to */
    CONTROL_CAUSES_COUNT,
};

/* Bytes of a listening socket's name, with its NUL. */
#define CONTROL_NAME_BYTES 32

/* The name of the administrative socket, for status, metrics and reload. Any other socket is for
 * requests. */
#define CONTROL_ADMIN_NAME "certnamed-admin"

struct control_message {
    uint64_t epoch; /* of CONTROL_VERIFIER and CONTROL_EPOCH */
    uint32_t kind;
    uint32_t verifier;             /* the verifier's number, which is never used again */
    uint32_t cause;                /* of CONTROL_GONE (enum control_cause) and CONTROL_RELOADED */
    uint32_t uid;                  /* of CONTROL_LISTEN: who may administer besides root */
    char name[CONTROL_NAME_BYTES]; /* of CONTROL_LISTEN: ends in NUL */
    int32_t pid;                   /* the verifier's, for the log */
};

/* Makes a pair of sockets, both close-on-exec; the first does not block. Returns 0 or -errno. */
int control_pair(int pair[static 2]);

/* Sends a message, with a descriptor unless fd is -1; the descriptor stays the caller's. Returns 0,
 * -EPIPE where the other side has ended, or -errno. */
int control_send(int socket, const struct control_message *message, int fd);

/*
 * Receives a message without blocking. *fdp becomes a descriptor that is now the caller's, or -1,
 * also where this process has no room for one more descriptor.
 *
 * Returns 0, 1 where the other side has ended, -EAGAIN if no message is there, -EBADMSG for bytes
 * that are not a message, or -errno.
 */
int control_receive(int socket, struct control_message *message, int *fdp);
