/* SPDX-License-Identifier: MIT */
#pragma once

/* When a connection is looked at again: deadlines and turns. The timers' callbacks are in
 * connection_set.c. */

#include "daemon/front/connection_state.h"

/* Sets what the client has to do in time, and from now. Setting the same again changes nothing. */
void connection_schedule_deadline(struct connection *connection, enum connection_deadline deadline);

/* Puts the connection at the end of the list of turns, or takes it off. */
void connection_schedule_turn(struct connection *connection, bool needs_turn);

/* Starts the timer that looks at deadlines, unless it runs. */
void connection_schedule_timer(struct connection_set *set);
