/* SPDX-License-Identifier: MIT */
#pragma once

/* The state that the dispatch*.c files share. No other file includes this header. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <event2/event.h>

#include "daemon/front/costly_requests.h"
#include "daemon/front/dispatch_callbacks.h"
#include "daemon/front/hash.h"
#include "daemon/front/monitor.h"
#include "daemon/front/verifier_link.h"
#include "daemon/front/verify_queue.h"
#include "daemon/front/verify_task.h"
#include "daemon/ipc/settings.h"
#include "proto/limits.h"

struct dispatch {
    struct event_base *base;
    struct dispatch_callbacks callbacks;
    struct account_table *accounts;
    struct monitor *monitor;
    const struct settings *settings;
    struct hash_secret secret;
    struct cache *cache; /* the cache of the epoch in force; NULL if no answers are kept */
    struct costly_requests *costly;
    struct verify_task_index index;
    struct verify_queue queue;
    struct verifier_link_list links;
    struct event *deadline_timer; /* its callback is in dispatch_deadlines.c */
    bool is_timing;               /* whether deadline_timer runs */
    bool is_stopping;
    char unavailable[LIMIT_ERROR_TEXT_BYTES +
                     1]; /* the reason why no request can be judged; empty if requests are judged */
    size_t n_tasks;
    uint64_t last_number; /* the tag under which the last task was sent to a verifier */
    uint8_t reply[LIMIT_REPLY_BYTES];
};

static inline struct statistics *dispatch_statistics(struct dispatch *dispatch)
{
    return &dispatch->monitor->statistics;
}
