/* SPDX-License-Identifier: MIT */
#pragma once

/* The parts of the front that connections use. */

#include <stdbool.h>
#include <sys/types.h>

#include <event2/event.h>

#include "daemon/front/account.h"
#include "daemon/front/admin.h"
#include "daemon/front/bin.h"
#include "daemon/front/dispatch.h"
#include "daemon/front/statistics.h"
#include "daemon/ipc/account_map.h"

/* Called whenever a connection has been closed. */
typedef void (*connection_closed_fn)(void *context);

/* The parts of the front that a connection uses. Each part outlives every connection. */
struct connection_parts {
    struct event_base *base;
    struct account_table *accounts;
    const struct account_map *account_map;
    struct dispatch *dispatch;
    struct admin *admin;
    struct bin *bin;
    struct statistics *statistics;
    connection_closed_fn closed;
    void *context; /* passed to `closed` */
};

/* The facts about a connection that are known when it is accepted. */
struct connection_origin {
    const char *socket; /* the name of the listening socket; valid as long as the connection */
    uid_t uid;          /* the uid of the process that connected */
    bool is_admin; /* accepted at the administrative socket, which takes status, metrics and reload
                    */
    bool has_writers; /* the kernel names the uid of each message's writer (writer.h) */
};
