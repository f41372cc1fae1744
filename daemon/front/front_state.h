/* SPDX-License-Identifier: MIT */
#pragma once

/* The state of a front, for the files that make it up. */

#include <stdbool.h>

#include <event2/event.h>

#include "daemon/front/account.h"
#include "daemon/front/admin.h"
#include "daemon/front/bin.h"
#include "daemon/front/connection_set.h"
#include "daemon/front/dispatch.h"
#include "daemon/front/http_server.h"
#include "daemon/front/listener_set.h"
#include "daemon/front/monitor.h"
#include "daemon/ipc/account_map.h"
#include "daemon/ipc/settings.h"

struct front {
    struct event_base *base;
    struct event *control_readable;
    struct event *drain;
    struct account_table accounts;
    struct monitor monitor;
    struct settings *settings; /* the settings in force */
    struct account_map account_map;
    struct dispatch *dispatch;
    struct admin *admin;
    struct bin *bin;
    struct connection_set *connections;
    struct listener_set listeners;
    bool has_verifier;   /* a verifier has been added, so that clients can be answered */
    bool is_unavailable; /* the reason why no policy is in force is known, and clients get it */
    struct http_server *http_server;
    int control;
    unsigned drained_ms;
    int result;
};
