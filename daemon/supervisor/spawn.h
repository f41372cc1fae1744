/* SPDX-License-Identifier: MIT */
#pragma once

/* Starts front and verifiers: a fork, and what the child does before its own code runs. */

#include "daemon/load/epoch.h"
#include "daemon/os/child.h"
#include "daemon/os/user.h"

/* What every child is started with; borrowed. */
struct spawn_setup {
    int listen_fd;     /* the listening socket, for the front */
    int front_program; /* the front's executable, opened with O_PATH */
    struct user user;  /* whom the children become */
};

/*
 * Starts the front: its own program, as the user of the setup, with the listening socket and one
 * end of a new control channel. Returns 0, and *child is the process and *controlp the supervisor's
 * end; or -errno.
 */
int spawn_front(const struct spawn_setup *setup, struct child *child, int *controlp);

/*
 * Starts a verifier: a fork of this process, as the user of the setup and in its sandbox, which
 * judges by `epoch`. Returns 0, and *child is the process and *socketp the front's end of its
 * socket; or -errno.
 */
int spawn_verifier(const struct spawn_setup *setup, const struct epoch *epoch, struct child *child,
                   int *socketp);
