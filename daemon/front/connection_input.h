/* SPDX-License-Identifier: MIT */
#pragma once

/* Reads a client's bytes from its socket and assembles whole frames. */

#include "daemon/front/connection_state.h"

/* Reads and handles the input of one turn. Returns 0 or -errno. */
int connection_input_take(struct connection *connection);

/* Returns whether the buffer holds a whole frame that has not been handled. */
bool connection_input_has_frame(const struct connection *connection);
