/* SPDX-License-Identifier: MIT */
#pragma once

/* Sends replies to a client. */

#include "daemon/front/connection_state.h"
#include "proto/error.h"

/* Queues a frame behind the output that is already queued. Returns 0 or -ENOMEM. */
int connection_output_frame(struct connection *connection, uint8_t kind, uint64_t tag,
                            const uint8_t *payload, size_t n_payload);

/* Queues an error reply. Returns 0 or -ENOMEM. */
int connection_output_error(struct connection *connection, uint64_t tag, enum error_code code,
                            const char *text);

/*
 * Sends as much of the queued output as the socket takes. Returns 0; or -errno if the client cannot
 * be reached any more.
 */
int connection_output_flush(struct connection *connection);

/*
 * Returns whether the client has left so much output unread that no more requests are read from it.
 */
bool connection_output_is_stalled(const struct connection *connection);
