/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Handles the frames that a client has sent: each is answered at once, given to dispatch, or
 * refused.
 */

#include "daemon/front/connection_state.h"
#include "proto/error.h"

/*
 * Handles the whole frames among these n bytes, until the client is stalled, its stream cannot be
 * understood any more, or its account's turn is over. *usedp is the number of bytes of the frames
 * that were handled. Returns 0 or -errno.
 */
int connection_frames_handle(struct connection *connection, const uint8_t *data, size_t n,
                             size_t *usedp);

/*
 * Ends the client's input with an error reply; the connection is closed once the reply has been
 * sent. Returns 0 or -ENOMEM.
 */
int connection_frames_end(struct connection *connection, uint64_t tag, enum error_code code,
                          const char *text);
