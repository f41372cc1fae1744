/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Decides when a connection is looked at again: at its deadline and in its turns. The callbacks of
 * the timers are in connection_set.c.
 *
 * In a round of turns every account has one turn, in which a bounded amount is handled for all its
 * connections together (account_has_turn). So an account with many connections gets no more than an
 * account with one.
 */

#include "daemon/front/connection_state.h"

/*
 * Sets the kind of deadline, which begins now. Does nothing if the connection already has a
 * deadline of this kind.
 */
void connection_schedule_deadline(struct connection *connection, enum connection_deadline deadline);

/*
 * Puts the connection on its account's list of turns, or takes it off. A connection with whole
 * frames in its buffer is put first, so that an account does not occupy memory with such frames of
 * many connections.
 */
void connection_schedule_turn(struct connection *connection, bool needs_turn);

/*
 * Starts a round of turns in the next iteration of the event loop, or after a pause if several
 * accounts share the front.
 */
void connection_schedule_round(struct connection_set *set);

/* Begins to count a new round. */
void connection_schedule_begin_round(struct connection_set *set);

/*
 * Begins a round at once if no other account waits for anything, so that an account that is alone
 * need not wait for the event loop before its next turn. Returns whether a round has begun.
 */
bool connection_schedule_renew(struct connection_set *set);

/* Counts what is handled for a connection as part of its account's turn. */
static inline void connection_schedule_note(struct connection *connection, size_t cost)
{
    struct connection_set *set = connection->set;
    struct account *account = connection->requester.account;

    if (account->round != set->round)
        set->n_in_round++;
    account_note_turn(account, set->round, cost);
}

/*
 * connection_schedule_mute switches the read event of a connection off while the connection waits
 * for its turn: otherwise a client that writes byte by byte would cost the front time with each
 * byte. connection_schedule_unmute switches it on again; it does nothing for a connection that is
 * not muted.
 */
void connection_schedule_mute(struct connection *connection);
void connection_schedule_unmute(struct connection *connection);

/*
 * Starts the timer for the deadlines of frames and of unread output, unless it runs already. Silent
 * connections are handled by connection_set_look instead.
 */
void connection_schedule_timer(struct connection_set *set);
