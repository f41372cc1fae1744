/* SPDX-License-Identifier: MIT */
#pragma once

/* Socket activation, sd_listen_fds(3): the service manager passes listening sockets and describes
 * them in three environment variables. */

#include <stddef.h>

/* The names of the sockets for administration and for metrics over HTTP. */
#define ACTIVATION_ADMIN_NAME   "certnamed-admin"
#define ACTIVATION_METRICS_NAME "certnamed-metrics"

/* Sockets for requests with a name of their own, and bytes of a name with its NUL. */
#define ACTIVATION_NAMED_COUNT 8
#define ACTIVATION_NAME_BYTES  32

struct activation_named {
    int fd;
    char name[ACTIVATION_NAME_BYTES];
};

/* The sockets that were passed; -1: none. */
struct activation {
    int listen; /* for requests */
    int admin;
    int metrics;
    size_t n_named;
    struct activation_named named[ACTIVATION_NAMED_COUNT]; /* further ones for requests */
};

#define ACTIVATION_NULL ((struct activation){.listen = -1, .admin = -1, .metrics = -1})

/*
 * Takes the listening sockets that the service manager passed. They are told apart by name
 * (FileDescriptorName= of systemd.socket(5)), since systemd does not promise an order. A socket
 * without a name, with the name certnamed, or with that of a socket unit, as systemd gives it by
 * default, is the one for requests; a socket of any other name is a further one for requests. The
 * variables are removed from the environment in any case. The sockets
 * become close-on-exec and get SO_PASSCRED, and every other descriptor above standard error is
 * closed.
 *
 * Returns 0, also where nothing was passed to this process; -EINVAL where a descriptor is not a
 * listening Unix stream socket, two have one name, or a name is malformed (already logged); or
 * -errno.
 */
int activation_take(struct activation *activation);

/* Closes the sockets. */
void activation_close(struct activation *activation);
