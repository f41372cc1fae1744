/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * An exchange of requests and replies with the daemon. It queues calls, keeps at most 64 of them
 * sent and unanswered on one connection, opens a new connection when the daemon closed the old one,
 * and ends every call by its deadline. Each function does a bounded amount of work and never waits,
 * except exchange_wait().
 */

#include "client/lib/exchange_calls.h"

/* Initialises the exchange, without a connection. Returns 0 or CERTNAME_ERR_MEMORY. */
int exchange_init(struct exchange *exchange);

/*
 * Gives every call CERTNAME_ERR_CANCELED and closes the connection. Calls of a parent process are
 * freed without a result.
 */
void exchange_deinit(struct exchange *exchange);

/*
 * Prepares for a function of the API: clears the failure; gives up the connection and the calls if
 * they belong to a parent process; and closes the connection if the descriptor is no longer the
 * socket that was opened. Returns 0; or CERTNAME_ERR_UNAVAILABLE if the kernel gives no random
 * bytes for tags.
 */
int exchange_begin(struct exchange *exchange);

/*
 * Sends, receives, and ends calls. Reads only if `may_read`. Returns the number of calls that have
 * no result yet.
 */
size_t exchange_process(struct exchange *exchange, bool may_read);

/* Returns the events of poll(2) to wait for on the descriptor; 0 if there is no descriptor. */
short exchange_events(const struct exchange *exchange);

/* Returns how many milliseconds to wait for events at most; -1 means without limit. */
int exchange_wait_ms(const struct exchange *exchange);

/* Sends, receives and waits until every call has its result. */
void exchange_wait(struct exchange *exchange);
