/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * All client connections. What a client can make the front hold is bounded: one incomplete frame, a
 * number of requests, and output, beyond which no more is read from that client. What a client
 * leaves unfinished has a deadline. An idle connection holds no buffer.
 */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "daemon/front/connection_parts.h"
#include "daemon/ipc/settings.h"

struct connection_set;

/* Makes an empty set. Returns 0, and *setp is the caller's; or -ENOMEM. */
int connection_set_new(struct connection_set **setp, const struct connection_parts *parts,
                       const struct settings *settings);

/* Closes all connections and frees the set. NULL is ignored. Returns NULL. */
struct connection_set *connection_set_free(struct connection_set *set);

/* Puts other settings in force, which outlive the set. */
void connection_set_settings(struct connection_set *set, const struct settings *settings);

/*
 * Takes no more requests: a connection without requests at work is closed without a word, and the
 * others when they have been answered. A client whose request was not taken sees a broken
 * connection and asks again on a new one, which the next daemon answers.
 */
void connection_set_stop(struct connection_set *set);

/* Closes all connections that were made at the listening socket of this name. */
void connection_set_close_socket(struct connection_set *set, const char *name);

/* Returns how many connections have a descriptor: those that are open, and those that wait for room
 * in the bin. */
size_t connection_set_count(const struct connection_set *set);

/*
 * Takes a new client's socket, whatever the outcome, and charges its connection to the account of
 * the uid. Beyond a quota the client is sent an error reply (busy), and the socket is closed. At
 * the administrative socket every client but those who may administer is refused (forbidden).
 */
void connection_set_accept(struct connection_set *set, int socket,
                           const struct connection_origin *origin);

/* Closes the socket of a client that is not served. The account, or NULL, is charged as bin_close
 * says. */
void connection_set_drop(struct connection_set *set, int socket, struct account *account);
