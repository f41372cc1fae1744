/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The supervisor: parent of front and verifiers. It starts them, replaces what ends, kills what
 * overruns, brings new epochs into force, and reads nothing that a client sent. Front and verifiers
 * end when it does.
 */

#include "daemon/load/epoch.h"
#include "daemon/os/notify.h"
#include "daemon/os/user.h"

/* Borrowed while it runs. */
struct supervisor_setup {
    int listen_fd;        /* the listening socket */
    int metrics_fd;       /* a listening socket for metrics that was passed; -1: none */
    int front_program;    /* the front's executable, opened with O_PATH */
    struct user user;     /* whom the children become */
    struct notify notify; /* the service manager, if it wants to know */
    struct sources sources;
};

/*
 * Runs until SIGTERM or SIGINT; then lets the children finish what they are at, for a bounded time.
 * SIGHUP reloads. These signals have to be blocked already. Takes the generation, the first to be
 * in force, whatever the outcome. 0 after an orderly end, or -errno.
 */
int supervisor_run(const struct supervisor_setup *setup, struct epoch *epoch);
