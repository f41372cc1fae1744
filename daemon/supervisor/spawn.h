/* SPDX-License-Identifier: MIT */
#pragma once

/* Starts front and verifiers: a fork, and what the child does before its own code runs. */

#include "daemon/load/epoch.h"
#include "daemon/os/child.h"
#include "daemon/os/user.h"

/* How our own program is executed as a verifier (fresh_verifier.h): the first argument, which the
 * numbers of the generation and the epoch follow; and where the process finds its socket to the
 * front and the memory file with the epoch. */
#define SPAWN_FRESH_ARGUMENT  "--fresh-verifier"
#define SPAWN_FRESH_ARGC      4
#define SPAWN_FRESH_SOCKET_FD 3
#define SPAWN_FRESH_EPOCH_FD  4

/* The parts that every child is started with, all borrowed. */
struct spawn_setup {
    int listen_fd;     /* the listening socket, for the front */
    int front_program; /* the front's executable, opened with O_PATH */
    int own_program;   /* certnamed's, likewise; -1: no verifier is executed */
    struct user user;  /* whom the children become */
    int bin;           /* set by spawn_front: the front's end of its socket to the bin */
    int packed;        /* set by spawn_fresh_verifier: the epoch's memory file */
};

/*
 * Starts the front and its bin (daemon/front/bin.h): two processes of the front's program, as the
 * user of the setup, with the listening socket, one end of a new control channel, and a socket
 * between the two. Returns 0, and *front and *bin are the processes and *controlp the supervisor's
 * end; or -errno, and *bin may have been started: it ends by itself.
 */
int spawn_front(const struct spawn_setup *setup, struct child *front, struct child *bin,
                int *controlp);

/*
 * Starts a verifier: a fork of this process, as the user of the setup and in its sandbox, which
 * judges by `epoch`. Returns 0, and *child is the process and *socketp the front's end of its
 * socket; or -errno.
 */
int spawn_verifier(const struct spawn_setup *setup, const struct epoch *epoch, struct child *child,
                   int *socketp);

/* Starts a verifier as a new process of our own program (fresh_verifier.h); `packed` is the epoch
 * in a memory file. Returns as spawn_verifier does. */
int spawn_fresh_verifier(const struct spawn_setup *setup, const struct epoch *epoch, int packed,
                         struct child *child, int *socketp);

/* Enters a verifier's sandbox and serves at its socket until the end of the process. */
_Noreturn void spawn_serve(const struct epoch *epoch);
