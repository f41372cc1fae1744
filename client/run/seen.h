/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Remembers the last servers: some programs verify a path first and compare the name later, when
 * only the end entity's certificate is at hand. It holds 64 servers; one that is forgotten is
 * judged by its end entity alone, which can only refuse more. Any thread may call these functions.
 */

#include <stdbool.h>
#include <stddef.h>

#include "client/run/server.h"

struct seen;

/* Remembers the certificates of a server, unless there is no memory. */
void seen_add(const struct tls_server *server);

/* Remembers that a server was accepted with the first of its names. */
void seen_accept(const struct tls_server *server);

/* Returns whether a server with this end entity was accepted with this very name. */
bool seen_is_accepted(const char *name, const void *der, size_t len);

/* Adds copies of the certificates that were seen with this end entity to a server without any.
 * Returns what they live in, for seen_free(); NULL if there are none. */
struct seen *seen_copy(const void *der, size_t len, struct tls_server *server);

/* Frees what seen_copy() returned; takes NULL. */
void seen_free(struct seen *seen);
