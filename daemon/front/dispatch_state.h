/* SPDX-License-Identifier: MIT */
#pragma once

/* The state that the dispatch_*.c files share. Nobody else includes this header. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <event2/event.h>

#include "daemon/front/costly_requests.h"
#include "daemon/front/dispatch.h"
#include "daemon/front/hash.h"
#include "daemon/front/verification.h"
#include "daemon/front/verification_queue.h"
#include "daemon/front/verifier_link.h"
#include "proto/limits.h"

struct dispatch {
    struct event_base *base;
    struct dispatch_callbacks callbacks;
    struct account_table *accounts;
    struct monitor *monitor;
    const struct settings *settings;
    struct hash_secret secret;
    struct cache *cache; /* of the epoch in force; NULL: no answers are kept */
    struct costly_requests *costly;
    struct verification_index index;
    struct verification_queue queue;
    struct verifier_link_list links;
    struct event *deadline_timer; /* dispatch_deadlines.c */
    bool is_timing;               /* the timer runs */
    bool is_stopping;
    size_t n_verifications;
    uint64_t last_number; /* tag of the verification that was sent to a verifier last */
    uint8_t reply[LIMIT_REPLY_BYTES];
};

static inline struct statistics *dispatch_statistics(struct dispatch *dispatch)
{
    return &dispatch->monitor->statistics;
}
