/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Client connections: bytes in, frames to dispatch, answers out. What a client can make us hold is
 * bounded: one frame in, a bounded number of requests, bounded output, after which no more is read
 * from it; and what it leaves unfinished is timed. One that is idle holds no buffer.
 */

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <event2/event.h>

#include "daemon/front/account.h"
#include "daemon/front/admin.h"
#include "daemon/front/dispatch.h"
#include "daemon/front/statistics.h"

struct connection_set;

/* Called whenever a connection has been closed. */
typedef void (*connection_closed_fn)(void *context);

struct connection_parts {
    struct event_base *base;
    struct account_table *accounts;
    struct dispatch *dispatch;
    struct admin *admin;
    struct statistics *statistics;
    connection_closed_fn closed;
    void *context;
};

/* The set of all connections. The parts outlive it. 0 and *setp is the caller's; or -ENOMEM. */
int connection_set_new(struct connection_set **setp, const struct connection_parts *parts,
                       const struct settings *settings);

/* Closes all connections and frees the set; takes NULL. Returns NULL. */
struct connection_set *connection_set_free(struct connection_set *set);

/* From now on these settings, which outlive the set, hold. */
void connection_set_settings(struct connection_set *set, const struct settings *settings);

/* How many connections there are. */
size_t connection_set_count(const struct connection_set *set);

/*
 * Takes a new client's socket, whatever the outcome, and charges its uid. Over a quota the client
 * is told BUSY and the socket is closed.
 */
void connection_accept(struct connection_set *set, int socket, uid_t uid);

/* dispatch's callbacks: the asker is a connection's. */
void connection_answer(struct asker *asker, uint64_t tag, uint8_t kind, const uint8_t *payload,
                       size_t n_payload);
uint32_t connection_classify(struct asker *asker);

/* admin's callback: the owner is a connection. */
void connection_reloaded(void *owner, uint64_t tag, const uint8_t *payload, size_t n_payload);
