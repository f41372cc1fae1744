/* SPDX-License-Identifier: MIT */
#pragma once

/* One client connection: it reads requests, answers them, and is closed when the client is done,
 * late, or cannot be understood. */

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "daemon/front/account.h"
#include "daemon/front/verify_task.h"

struct connection;
struct connection_origin;
struct connection_set;

/* Makes a connection in the set for a socket, which it takes whatever the outcome, and charges it
 * to the account, of which the client's uid may be one of several. Returns NULL without memory. */
struct connection *connection_open(struct connection_set *set, struct account *account, int socket,
                                   const struct connection_origin *origin);

/* Closes the connection, drops its requests, releases what is charged for it and frees it. */
void connection_close(struct connection *connection);

/* Gives the connection a turn: it reads, handles and sends what it can, and is closed and freed if
 * it is done or broken. */
void connection_proceed(struct connection *connection);

/* dispatch's callbacks (dispatch.h); the requester is a connection's. */
void connection_answer(struct requester *requester, uint64_t tag, uint8_t kind,
                       const uint8_t *payload, size_t n_payload);
uint32_t connection_classify(struct requester *requester);

/* admin's callback (admin.h); the owner is a connection. */
void connection_reloaded(void *owner, uint64_t tag, const uint8_t *payload, size_t n_payload);
