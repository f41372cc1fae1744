/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Remembers the last 64 servers, because some programs verify the path first and compare the name
 * later, when only the end entity's certificate is available. A server that has been forgotten is
 * judged by its end entity alone, which can only refuse more. The functions may be called by any
 * thread.
 */

#include <stdbool.h>
#include <stddef.h>

#include "client/run/server.h"

struct seen;

/* Remembers the certificates of a server; does nothing if memory ran out. */
void seen_add(const struct tls_server *server);

/* Remembers that a server was accepted with its first name. */
void seen_accept(const struct tls_server *server);

/* Returns whether a server with this end entity was accepted with exactly this name. */
bool seen_is_accepted(const char *name, const void *der, size_t len);

/*
 * Finds the certificates that were seen with this end entity, and adds copies of them to a server
 * that has none. Returns the memory of the copies, for seen_free(); NULL if nothing was added.
 */
struct seen *seen_copy(const void *der, size_t len, struct tls_server *server);

/* Frees what seen_copy() returned; does nothing for NULL. */
void seen_free(struct seen *seen);
