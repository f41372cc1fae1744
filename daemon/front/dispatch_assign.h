/* SPDX-License-Identifier: MIT */
#pragma once

/* The part of dispatch that decides which verifier gets which task. */

#include "daemon/front/dispatch_state.h"

/* Gives queued tasks to verifiers as long as a verifier is free. */
void dispatch_assign(struct dispatch *dispatch);

/* Returns whether this verifier belongs to the epoch in force and may be given a task. */
bool dispatch_may_use(const struct dispatch *dispatch, const struct verifier_link *link);

/*
 * Asks the supervisor to kill a verifier, with the reason: CONTROL_OVERRUN or CONTROL_BROKEN. The
 * task that waits behind the one at work is given to another verifier.
 */
void dispatch_condemn_verifier(struct dispatch *dispatch, struct verifier_link *link,
                               enum control_kind reason);

/*
 * Starts the timer that looks for missed deadlines (dispatch_deadlines.c), unless it runs already.
 */
void dispatch_start_timer(struct dispatch *dispatch);
