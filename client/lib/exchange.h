/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * An exchange of requests and replies with the daemon: queues calls, keeps at most 64 on their way
 * on one connection, opens a new connection when the daemon went away, and ends every call by its
 * deadline. Each step does a bounded amount of work and never waits, but for exchange_wait().
 */

#include "client/lib/exchange_calls.h"

/* Returns 0 or CERTNAME_ERR_MEMORY. */
int exchange_init(struct exchange *exchange);

/*
 * Ends every call with CERTNAME_ERR_CANCELED, unless they are another process's, and closes the
 * connection.
 */
void exchange_deinit(struct exchange *exchange);

/*
 * Prepares for a call of the API: clears the failure; lets go of the connection and the calls if
 * this process is a child of the one that they belong to; and closes the connection if its
 * descriptor is no longer the socket that was opened. Returns 0; or CERTNAME_ERR_UNAVAILABLE if the
 * kernel gives no random bytes for tags.
 */
int exchange_begin(struct exchange *exchange);

/* Sends, receives and ends calls. Reads only if `may_read`. Returns the calls without a result. */
size_t exchange_process(struct exchange *exchange, bool may_read);

/* Returns the events of poll(2) to wait for on the descriptor; 0 if there is no descriptor. */
short exchange_events(const struct exchange *exchange);

/* Returns how many milliseconds to wait for events at most; -1: for ever. */
int exchange_wait_ms(const struct exchange *exchange);

/* Processes and waits until no call is without a result. */
void exchange_wait(struct exchange *exchange);
