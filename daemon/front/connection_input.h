/* SPDX-License-Identifier: MIT */
#pragma once

/* What a client sends: bytes are read from its socket and collected to whole frames. */

#include "daemon/front/connection_state.h"

/* Reads and handles one turn's worth of input. Returns 0 or -errno. */
int connection_input_take(struct connection *connection);

/* Returns whether a whole frame waits to be handled. */
bool connection_input_has_frame(const struct connection *connection);
