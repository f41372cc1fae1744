/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Metrics over HTTP/1.0 on a socket of their own: `GET /metrics`, one request for each connection,
 * a few connections at a time, and little time for each. Other requests get 400, 404 or 405.
 */

#include <event2/event.h>

#include "daemon/front/admin.h"
#include "daemon/front/bin.h"

struct http_server;

/* Serves on a listening socket, which the server takes whatever the outcome and makes non-blocking.
 * Returns 0, and *serverp is the caller's; or -errno. */
int http_server_new(struct http_server **serverp, struct event_base *base, int socket,
                    struct admin *admin, struct bin *bin);

/* Closes the socket and all connections and frees the server. NULL is ignored. Returns NULL. */
struct http_server *http_server_free(struct http_server *server);
