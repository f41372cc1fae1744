/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Metrics over HTTP/1.0, on a socket of their own: `GET /metrics`, one request a connection, few
 * connections at a time, little time for each. Anything else is 400, 404 or 405.
 */

#include <event2/event.h>

#include "daemon/front/admin.h"

struct http;

/* Serves on a listening socket, which it takes whatever the outcome and makes non-blocking. 0 and
 * *httpp is the caller's; or -errno. */
int http_new(struct http **httpp, struct event_base *base, int socket, struct admin *admin);

/* Closes everything and frees it; takes NULL. Returns NULL. */
struct http *http_free(struct http *http);
