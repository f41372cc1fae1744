/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * What supervisor and front tell each other, over a SEQPACKET pair: fixed-size messages between two
 * programs of one build, a descriptor with some kinds of them.
 *
 * An epoch is a policy generation with its material (trust stores, CRLs). Verifiers belong to the
 * epoch that they were forked in. The front gives new requests to those of the epoch in force
 * alone; what is at work on an older one ends there.
 */

#include <stdint.h>

enum control_kind {
    CONTROL_NONE = 0,

    /* to the front */
    CONTROL_VERIFIER = 1, /* a new verifier of `epoch`; carries its socket */
    CONTROL_GONE = 2,     /* a verifier has ended, and why */
    CONTROL_EPOCH = 5,    /* from now on `epoch` is in force; carries settings (settings.h) */
    CONTROL_FACTS = 6,    /* what status says of the supervisor; carries text in JSON */
    CONTROL_RELOADED = 8, /* how the reload went: `cause` is 0 or 1 (refused); carries text */
    CONTROL_RECORD = 9,   /* carries the file that a sample of requests is appended to, or none */
    CONTROL_METRICS = 10, /* carries a listening socket for metrics over HTTP, or none: close it */

    /* to the supervisor */
    CONTROL_OVERRUN = 3, /* a verifier is late, or of no use any more: end it */
    CONTROL_AT_WORK = 4, /* a verifier that has ended had a request at work */
    CONTROL_RELOAD = 7,  /* a client who may has asked for a reload */
};

/* Why a verifier ended. */
enum control_cause {
    CONTROL_CAUSE_NONE = 0,
    CONTROL_CAUSE_CPU = 1,     /* the CPU timer of its own request */
    CONTROL_CAUSE_OTHER = 2,   /* a kill from elsewhere, the wall-clock deadline */
    CONTROL_CAUSE_CRASH = 3,   /* a fault, an abort, a system call that the filter ends */
    CONTROL_CAUSE_RETIRED = 4, /* its epoch is over, and it ended in good order */
    CONTROL_CAUSES_COUNT,
};

struct control_message {
    uint64_t epoch; /* with CONTROL_VERIFIER and CONTROL_EPOCH */
    uint32_t kind;
    uint32_t verifier; /* a number that is never used twice */
    uint32_t cause;    /* with CONTROL_GONE and CONTROL_RELOADED */
    int32_t pid;       /* for the log */
};

/* A pair of sockets, close-on-exec, the first not blocking. 0 or -errno. */
int control_pair(int pair[static 2]);

/* Sends a message, with a descriptor unless fd is -1; the descriptor stays the caller's. 0; -EPIPE
 * where the other side has ended; or -errno. */
int control_send(int socket, const struct control_message *message, int fd);

/*
 * Receives a message without blocking. 0 (*fdp is -1, or a descriptor that is now the caller's; -1
 * also where it was lost for want of descriptors), 1 at the end of the stream, -EAGAIN if nothing
 * is there, -EBADMSG for what is no message, or -errno.
 */
int control_receive(int socket, struct control_message *message, int *fdp);
