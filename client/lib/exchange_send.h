/* SPDX-License-Identifier: MIT */
#pragma once

/* The sending half of an exchange: opens connections and sends queued calls. */

#include "client/lib/exchange_calls.h"

/*
 * Returns the call that is next in the queue if it may be sent on the open connection now; else
 * NULL.
 */
struct call *exchange_send_next(const struct exchange *exchange, int64_t now_us);

/* Returns whether a connection has to be opened for a queued call whose deadline has not passed. */
bool exchange_send_wants_connection(const struct exchange *exchange, int64_t now_us);

/*
 * Opens a connection if there is none and calls are queued. Sends calls as long as the socket
 * accepts data and fewer than 64 are unanswered.
 */
void exchange_send(struct exchange *exchange, int64_t now_us);
