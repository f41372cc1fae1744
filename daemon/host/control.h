/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * What supervisor and front tell each other, over a SEQPACKET pair: fixed-size messages between two
 * programs of one build, a descriptor with one kind of them.
 */

#include <stdint.h>

enum control_kind {
    CONTROL_NONE = 0,
    CONTROL_VERIFIER = 1, /* to the front: a new verifier; carries its socket */
    CONTROL_GONE = 2,     /* to the front: a verifier has ended, and why */
    CONTROL_OVERRUN = 3,  /* to the supervisor: a verifier is late, or of no use any more: end it */
    CONTROL_AT_WORK = 4,  /* to the supervisor: a verifier that has ended had a request at work */
};

/* Why a verifier ended. */
enum control_cause {
    CONTROL_CAUSE_NONE = 0,
    CONTROL_CAUSE_CPU = 1,   /* the CPU timer of its own request */
    CONTROL_CAUSE_OTHER = 2, /* a kill from elsewhere, the wall-clock deadline */
    CONTROL_CAUSE_CRASH = 3, /* a fault, an abort, a system call that the filter ends */
};

struct control_message {
    uint32_t kind;
    uint32_t verifier; /* a number that is never used twice */
    uint32_t cause;    /* with CONTROL_GONE */
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
