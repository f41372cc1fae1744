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

/* A listening socket. */
struct listener_socket {
    int fd;           /* has SO_PASSCRED */
    const char *name; /* CONTROL_ADMIN_NAME for the administrative socket; outlives the listener and
                         its connections */
    size_t n_room;    /* how many connections there are descriptors for (listener_count_room) */
};

/* Accepts connections for the set from now on. The socket stays the caller's. Returns 0, and
 * *listenerp is the caller's; or -ENOMEM. */
int listener_new(struct listener **listenerp, struct event_base *base,
                 const struct listener_socket *socket, struct connection_set *connections);

/* Returns how many connections this process has descriptors for, apart from those for verifiers.
 * The front asks before it enters its sandbox. */
size_t listener_count_room(void);

/* Frees the listener. NULL is ignored. Returns NULL. */
struct listener *listener_free(struct listener *listener);

/* Stops accepting for good. */
void listener_stop(struct listener *listener);

/* Accepts again after a pause, because a descriptor has become free. */
void listener_wake(struct listener *listener);
