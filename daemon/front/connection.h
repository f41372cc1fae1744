/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * One client connection. It reads requests and answers them, and is closed when the client is done,
 * misses a deadline, or sends what cannot be understood.
 */

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "daemon/front/account.h"
#include "daemon/front/verify_task.h"

struct connection;
struct connection_origin;
struct connection_set;

/*
 * Makes a connection in the set for a socket, which it takes over even if it fails, and charges the
 * connection to the account. The account may belong to several uids, of which the client's is one.
 * Returns NULL if memory ran out.
 */
struct connection *connection_open(struct connection_set *set, struct account *account, int socket,
                                   const struct connection_origin *origin);

/* Closes the connection, drops its requests, releases what is charged for it, and frees it. */
void connection_close(struct connection *connection);

/*
 * Gives the connection a turn: reads, handles and sends what it can. The connection is closed and
 * freed if it is done or broken.
 */
void connection_proceed(struct connection *connection);

/* The callbacks of struct dispatch_callbacks. The requester is that of a connection. */
void connection_answer(struct requester *requester, uint64_t tag, uint8_t kind,
                       const uint8_t *payload, size_t n_payload);
uint32_t connection_classify(struct requester *requester);

/* The callback of struct admin_callbacks. The owner is a connection. */
void connection_reloaded(void *owner, uint64_t tag, const uint8_t *payload, size_t n_payload);
