/* SPDX-License-Identifier: MIT */
#pragma once

/* Socket activation, sd_listen_fds(3): the service manager passes listening sockets and describes
 * them in three environment variables. */

/* The name of the socket for metrics over HTTP. A socket of any other name is for requests. */
#define ACTIVATION_METRICS_NAME "certnamed-metrics"

/* The sockets that were passed; -1: none. */
struct activation {
    int listen;
    int metrics;
};

#define ACTIVATION_NULL ((struct activation){.listen = -1, .metrics = -1})

/*
 * Takes the listening sockets that the service manager passed. They are told apart by name, since
 * systemd does not promise an order. The variables are removed from the environment in any case.
 * The sockets become close-on-exec, and every other descriptor above standard error is closed.
 *
 * Returns 0, also where nothing was passed to this process; -EINVAL where a descriptor is not a
 * listening Unix stream socket, or two have one purpose (already logged); or -errno.
 */
int activation_take(struct activation *activation);
