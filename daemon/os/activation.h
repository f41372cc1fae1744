/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Socket activation, sd_listen_fds(3): the service manager passes listening sockets, and describes
 * them in three environment variables.
 */

#include <stddef.h>

#include "daemon/limits.h"

/* The names of the sockets for administration and for metrics over HTTP. */
#define ACTIVATION_ADMIN_NAME   "certnamed-admin"
#define ACTIVATION_METRICS_NAME "certnamed-metrics"

/* A socket for requests that has a name of its own. */
struct activation_named {
    int fd;
    char name[LIMIT_SOCKET_NAME_BYTES];
};

/* The sockets that the service manager passed; -1 for one that it did not pass. */
struct activation {
    int listen; /* the default socket for requests */
    int admin;
    int metrics;
    size_t n_named;
    /* further sockets for requests, each with a name */
    struct activation_named named[LIMIT_NAMED_SOCKETS_COUNT];
};

#define ACTIVATION_NULL ((struct activation){.listen = -1, .admin = -1, .metrics = -1})

/*
 * Takes the listening sockets that the service manager passed. They are told apart by name
 * (FileDescriptorName= in systemd.socket(5)), since systemd does not promise an order. The default
 * socket for requests has no name, the name certnamed, or the name of a socket unit, which systemd
 * gives it by default. ACTIVATION_ADMIN_NAME and ACTIVATION_METRICS_NAME have their own purposes; a
 * socket of any other name is a further one for requests. The variables are removed from the
 * environment in any case. The sockets become close-on-exec and non-blocking and get SO_PASSCRED,
 * and every other descriptor above standard error is closed.
 *
 * The socket for metrics may also be a TCP socket on loopback. A wrong one is logged and closed,
 * and the daemon serves without it.
 *
 * Returns 0, also if nothing was passed to this process; -EINVAL if a descriptor is not a listening
 * Unix stream socket, if two have one name, or if a name is malformed (already logged); or -errno.
 */
int activation_take(struct activation *activation);

/* Closes the sockets. */
void activation_close(struct activation *activation);
