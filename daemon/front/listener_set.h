/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The listening sockets of a front: the one that it is started with, the administrative one, and
 * the named ones.
 */

#include <stdbool.h>
#include <stddef.h>

#include <event2/event.h>

#include "daemon/front/connection_set.h"
#include "daemon/front/listener.h"
#include "daemon/ipc/control.h"
#include "daemon/limits.h"

#define LISTENER_SET_MOST (2 + LIMIT_NAMED_SOCKETS_COUNT)

struct listener_set_member {
    char name[LIMIT_SOCKET_NAME_BYTES];
    int fd;
    struct listener *listener; /* NULL if this place is free */
};

struct listener_set {
    struct listener_set_member members[LISTENER_SET_MOST];
    size_t n_room;  /* the number of connections that all listeners together may have */
    bool has_begun; /* clients are accepted */
};

/* Makes an empty set, which accepts no clients before listener_set_begin. */
void listener_set_init(struct listener_set *set);

/* Frees the listeners and closes their sockets. */
void listener_set_deinit(struct listener_set *set);

/*
 * Adds a listener, which hands its connections to `connections`. `fd` is taken over whatever
 * happens. Returns 0; -E2BIG if the set is full, or -ENOMEM.
 */
int listener_set_add(struct listener_set *set, struct event_base *base, const char *name, int fd,
                     struct connection_set *connections);

/*
 * Removes a listener and closes its socket and all its connections. Under the next epoch they would
 * be judged by the policy for their user, which may be weaker than that for the socket. Returns 0,
 * or -ENOENT if there is no listener with this name.
 */
int listener_set_remove(struct listener_set *set, const char *name,
                        struct connection_set *connections);

/* Lets all listeners accept clients, and those that are added later. Returns 0 or -ENOMEM. */
int listener_set_begin(struct listener_set *set);

/* Lets no listener accept any more clients. */
void listener_set_stop(struct listener_set *set);

/* Ends the pauses of listeners that wait for free descriptors. */
void listener_set_wake(struct listener_set *set);
