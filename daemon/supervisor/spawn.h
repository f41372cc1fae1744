/* SPDX-License-Identifier: MIT */
#pragma once

/* Starts the front and the verifiers: forks, and prepares the child before its own code runs. */

#include "daemon/load/epoch.h"
#include "daemon/os/child.h"
#include "daemon/os/sandbox.h"
#include "daemon/os/user.h"

/*
 * The way in which certnamed's program is executed as a verifier (fresh_verifier.h): the first
 * argument, which the numbers of generation and epoch follow, the number of arguments, and the
 * descriptors of the socket to the front and of the memory files with the epoch
 * and the filter.
 */
#define SPAWN_FRESH_ARGUMENT  "--fresh-verifier"
#define SPAWN_FRESH_ARGC      4
#define SPAWN_FRESH_SOCKET_FD 3
#define SPAWN_FRESH_EPOCH_FD  4
#define SPAWN_FRESH_FILTER_FD 5

/* The settings that all children are started with. Everything in it must outlive them being
 * started. */
struct spawn_setup {
    int listen_fd;     /* the listening socket for requests, which the front gets */
    int front_program; /* the front's executable, opened with O_PATH */
    int own_program;   /* certnamed's own executable, opened with O_PATH; -1: no verifier can be
                          executed */
    struct user user;  /* the user that the children become */
    int bin;           /* the front's end of its socket to the bin; set by spawn_front */
    int packed;        /* the memory file with the epoch; set by spawn_fresh_verifier */
    struct sandbox_filter verifier_filter; /* the filter that sandbox_make_verifier_filter made */
};

/*
 * Starts the front and its bin (daemon/front/bin.h): two processes of the front's program, as the
 * user of the setup, with the listening socket, one end of a new control channel, and a socket
 * between the two. Returns 0, and *front and *bin are the processes and *controlp the supervisor's
 * end of the channel; or -errno. On failure the bin may have been started; it ends by itself.
 */
int spawn_front(const struct spawn_setup *setup, struct child *front, struct child *bin,
                int *controlp);

/*
 * Starts a verifier for `epoch`: a fork of this process, as the user of the setup and in its
 * sandbox. Returns 0, and *child is the process and *socketp the front's end of its socket; or
 * -errno.
 */
int spawn_verifier(const struct spawn_setup *setup, const struct epoch *epoch, struct child *child,
                   int *socketp);

/*
 * Starts a verifier for `epoch` as a new process of certnamed's program (fresh_verifier.h);
 * `packed` is a memory file with the epoch. Returns what spawn_verifier returns.
 */
int spawn_fresh_verifier(const struct spawn_setup *setup, const struct epoch *epoch, int packed,
                         struct child *child, int *socketp);

/* Enters the sandbox of a verifier, with this filter, and serves at its socket until the process
 * ends. */
_Noreturn void spawn_serve(const struct epoch *epoch, const struct sandbox_filter *filter);
