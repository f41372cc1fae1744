/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The listening socket: accepts, asks the kernel who is there, and rests while there are no
 * descriptors. It never calls listen(2): SO_PEERCRED would then show clients the front in the place
 * of whoever made the socket.
 */

#include <event2/event.h>

#include "daemon/front/connection.h"

struct listener;

/* 0 and *listenerp is the caller's; or -ENOMEM. `socket` stays the caller's. */
int listener_new(struct listener **listenerp, struct event_base *base, int socket,
                 struct connection_set *connections);

/* Frees it; takes NULL. Returns NULL. */
struct listener *listener_free(struct listener *listener);

/* Accepts no more, for good. */
void listener_stop(struct listener *listener);

/* A descriptor has become free: rests no longer. */
void listener_wake(struct listener *listener);
