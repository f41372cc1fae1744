/* SPDX-License-Identifier: MIT */
#pragma once

/* Reads a client's bytes from its socket and collects them to whole frames. */

#include "daemon/front/connection_state.h"

/* Reads and handles one turn's worth of input. Returns 0 or -errno. */
int connection_input_take(struct connection *connection);

/* Returns whether a whole frame waits to be handled. */
bool connection_input_has_frame(const struct connection *connection);
