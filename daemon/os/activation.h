/* SPDX-License-Identifier: MIT */
#pragma once

/* systemd's socket activation, sd_listen_fds(3): a protocol of three environment variables. */

/* The name of the descriptor that metrics are asked for at; any other is where verdicts are. */
#define ACTIVATION_METRICS_NAME "certnamed-metrics"

/* -1: not passed. */
struct activation {
    int listen;
    int metrics;
};

#define ACTIVATION_NULL ((struct activation){.listen = -1, .metrics = -1})

/*
 * Takes the listening sockets that the service manager passed, told apart by name, since their
 * order is not that of the unit. The variables are removed from the environment whatever the
 * outcome; the descriptors become close-on-exec, and every other above the standard three is
 * closed.
 *
 * 0, also where nothing was passed to this process; -EINVAL where something was that is not one
 * listening Unix stream socket of each name (already logged); or -errno.
 */
int activation_take(struct activation *activation);
