/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Serves metrics over HTTP/1.0 on a socket of its own: one request `GET /metrics` for each
 * connection, a few connections at a time, each with little time. Other requests get 400, 404 or
 * 405.
 */

#include <event2/event.h>

#include "daemon/front/admin.h"
#include "daemon/front/bin.h"

struct http_server;

/*
 * Serves on a listening socket, which the server takes over whatever happens and makes
 * non-blocking. Returns 0, and *serverp belongs to the caller; or -errno.
 */
int http_server_new(struct http_server **serverp, struct event_base *base, int socket,
                    struct admin *admin, struct bin *bin);

/*
 * Closes the socket and all connections and frees the server; does nothing for NULL. Returns NULL.
 */
struct http_server *http_server_free(struct http_server *server);
