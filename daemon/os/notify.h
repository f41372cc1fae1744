/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Notifications to the service manager, sd_notify(3): lines of text, sent to a datagram socket that
 * the environment names.
 */

#include <stdint.h>

struct notify {
    int socket;          /* -1: there is no service manager to notify */
    int64_t watchdog_ms; /* the longest interval at which WATCHDOG=1 has to be sent; 0: there is no
                            watchdog */
};

#define NOTIFY_NULL ((struct notify){.socket = -1})

/*
 * Connects to the service manager's socket, if the environment names one. The variables are removed
 * from the environment in any case. The descriptor is close-on-exec.
 *
 * Returns 0, also if no socket is named; or -errno if it cannot be reached (already logged).
 */
int notify_open(struct notify *notify);

/* Closes the connection. A second call does nothing. */
void notify_close(struct notify *notify);

/*
 * Sends a state, such as "READY=1". A state that cannot be sent at once is dropped: a service
 * manager that does not read must not stop the daemon.
 */
void notify_send(const struct notify *notify, const char *state);
