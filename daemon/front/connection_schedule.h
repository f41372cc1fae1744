/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * When a connection is looked at again: deadlines and turns. The timers' callbacks are in
 * connection_set.c.
 *
 * In a round of turns every account has one, in which a bounded amount is handled over all its
 * connections (account_has_turn): an account with many connections gets no more than an account
 * with one.
 */

#include "daemon/front/connection_state.h"

/* Sets what the client has to do in time, and from now. Setting the same again changes nothing. */
void connection_schedule_deadline(struct connection *connection, enum connection_deadline deadline);

/* Puts the connection on its account's list of turns, or takes it off. One with whole frames at
 * hand comes first, so that an account does not hold such frames of many connections. */
void connection_schedule_turn(struct connection *connection, bool needs_turn);

/* Lets a round of turns begin in the next iteration of the event loop, or after a pause while
 * several accounts share the front. */
void connection_schedule_round(struct connection_set *set);

/* Begins a round. */
void connection_schedule_begin_round(struct connection_set *set);

/* Counts what is handled for a connection as part of its account's turn. */
void connection_schedule_note(struct connection *connection, size_t cost);

/* Switches the event of a connection off that waits for its turn: a client that writes byte after
 * byte would take the front's time with each. connection_schedule_unmute switches it on again, and
 * does nothing for other connections. */
void connection_schedule_mute(struct connection *connection);
void connection_schedule_unmute(struct connection *connection);

/* Lets the timer that looks at deadlines look as often as deadlines of this kind need it at least.
 * It looks at silent connections more seldom, because they have much time. */
void connection_schedule_timer(struct connection_set *set, enum connection_deadline deadline);

/* Returns how often that timer has to look for deadlines of this kind; 0: never. */
unsigned connection_schedule_interval_ms(const struct connection_set *set,
                                         enum connection_deadline deadline);
