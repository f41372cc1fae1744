/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The set of all client connections. What one client can make the front hold is bounded: an
 * incomplete frame, a number of requests, and an amount of output, beyond which no more is read
 * from that client. Whatever a client leaves unfinished has a deadline. An idle connection holds no
 * buffer.
 */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "daemon/front/connection_parts.h"
#include "daemon/ipc/settings.h"

struct connection_set;

/* Makes an empty set. Returns 0, and *setp belongs to the caller; or -ENOMEM. */
int connection_set_new(struct connection_set **setp, const struct connection_parts *parts,
                       const struct settings *settings);

/* Closes all connections and frees the set; does nothing for NULL. Returns NULL. */
struct connection_set *connection_set_free(struct connection_set *set);

/* Puts new settings in force, which must outlive the set. */
void connection_set_settings(struct connection_set *set, const struct settings *settings);

/*
 * Closes the connections that have been silent for idle-time at `now_ms` (of clock_now_ms). The
 * front calls it about once a second; with a timer for each connection, every request would have to
 * read the clock twice.
 */
void connection_set_look(struct connection_set *set, int64_t now_ms);

/*
 * Stops taking requests. A connection without unanswered requests is closed without a message, and
 * the others are closed when their requests have been answered. A client whose request was not
 * taken sees a broken connection and asks again on a new one, which the next daemon answers.
 */
void connection_set_stop(struct connection_set *set);

/* Closes all connections that were accepted at the listening socket of this name. */
void connection_set_close_socket(struct connection_set *set, const char *name);

/*
 * Returns how many client sockets the front holds: those of open connections, and those that are
 * parked until the bin has room.
 */
size_t connection_set_count(const struct connection_set *set);

/*
 * Makes a connection of a new client's socket, which is taken over whatever happens, and charges it
 * to the account of the uid. If a quota is exceeded the client is sent an error reply (busy) and
 * the socket is closed. At the administrative socket every client that may not administer is
 * refused (forbidden).
 */
void connection_set_accept(struct connection_set *set, int socket,
                           const struct connection_origin *origin);

/*
 * Closes the socket of a client that is not served. The account, which may be NULL, is charged as
 * described for bin_close.
 */
void connection_set_drop(struct connection_set *set, int socket, struct account *account);
