/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A listening socket. It accepts connections, asks the kernel who connected, and pauses while no
 * descriptors are left. The front never calls listen(2) on the socket, because SO_PEERCRED would
 * then show clients the front instead of the process that made the socket.
 */

#include <event2/event.h>

#include "daemon/front/connection_set.h"

struct listener;

/* A listening socket. */
struct listener_socket {
    int fd;           /* the descriptor, with SO_PASSCRED set */
    const char *name; /* the socket's name, or CONTROL_ADMIN_NAME; must outlive the listener and its
                         connections */
    size_t n_room;    /* the number of connections that all listeners together may have
                         (listener_count_room) */
};

/*
 * Makes a listener for the set. At the administrative socket it begins to accept connections at
 * once, at any other one when listener_begin is called. The descriptor still belongs to the caller.
 * Returns 0, and *listenerp belongs to the caller; or -ENOMEM.
 */
int listener_new(struct listener **listenerp, struct event_base *base,
                 const struct listener_socket *socket, struct connection_set *connections);

/*
 * Returns the number of connections for which this process has descriptors, not counting those that
 * verifiers need. The front calls this before it enters its sandbox.
 */
size_t listener_count_room(void);

/*
 * Begins to accept connections, unless the listener has already begun. The front calls this once it
 * has a verifier. Until then a client's connection waits in the kernel, where it survives the end
 * of the front; an accepted connection would not. Returns 0 or -ENOMEM.
 */
int listener_begin(struct listener *listener);

/* Frees the listener; does nothing for NULL. Returns NULL. */
struct listener *listener_free(struct listener *listener);

/* Stops accepting for good. */
void listener_stop(struct listener *listener);

/* Ends a pause, because a descriptor has become free. */
void listener_wake(struct listener *listener);
