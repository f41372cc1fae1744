/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The listening socket: accepts connections, asks the kernel who connected, and pauses while no
 * descriptors are left. The front never calls listen(2) on it, because SO_PEERCRED would then show
 * clients the front in the place of the process that made the socket.
 */

#include <event2/event.h>

#include "daemon/front/connection_set.h"

struct listener;

/* Accepts connections for the set from now on. `socket` stays the caller's. Returns 0, and
 * *listenerp is the caller's; or -ENOMEM. */
int listener_new(struct listener **listenerp, struct event_base *base, int socket,
                 struct connection_set *connections);

/* Frees the listener. NULL is ignored. Returns NULL. */
struct listener *listener_free(struct listener *listener);

/* Stops accepting for good. */
void listener_stop(struct listener *listener);

/* Accepts again after a pause, because a descriptor has become free. */
void listener_wake(struct listener *listener);
