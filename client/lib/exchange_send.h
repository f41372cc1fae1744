/* SPDX-License-Identifier: MIT */
#pragma once

/* The sending side of an exchange: opens connections and sends queued calls. */

#include "client/lib/exchange_calls.h"

/* Returns the call whose turn it is, if it may be sent on the open connection now; else NULL. */
struct call *exchange_send_next(const struct exchange *exchange, int64_t now_us);

/* Returns whether a connection has to be opened for a call whose time is not up. */
bool exchange_send_wants_connection(const struct exchange *exchange, int64_t now_us);

/*
 * Opens a connection if there is none and calls are queued, and sends them while the socket takes
 * them and no more than 64 are on their way.
 */
void exchange_send(struct exchange *exchange, int64_t now_us);
