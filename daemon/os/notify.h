/* SPDX-License-Identifier: MIT */
#pragma once

/* systemd's notification protocol, sd_notify(3): lines of text to a datagram socket named in the
 * environment. */

#include <stdint.h>

struct notify {
    int socket;          /* -1: nobody wants to know */
    int64_t watchdog_ms; /* say WATCHDOG=1 more often than this; 0: no watchdog */
};

#define NOTIFY_NULL ((struct notify){.socket = -1})

/*
 * Connects to the service manager, if there is one. The variables are removed from the environment
 * whatever the outcome. The descriptor is close-on-exec.
 *
 * 0, also where nobody wants to know; or -errno where somebody does and cannot be reached (already
 * logged).
 */
int notify_open(struct notify *notify);

/* Closes it. Safe twice. */
void notify_close(struct notify *notify);

/* Says a state, as in "READY=1". Best effort: whoever does not listen does not hold us up. */
void notify_send(const struct notify *notify, const char *state);
