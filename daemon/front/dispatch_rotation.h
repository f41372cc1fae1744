/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The part of dispatch that replaces verifiers that have served for some time, so that a
 * certificate that took one of them over has no lasting effect.
 */

#include "daemon/front/dispatch_state.h"

/*
 * Makes the verifier that has served longest end, if its first request was LIMIT_VERIFIER_SERVES_MS
 * or more before `now_ms` (of clock_now_ms), another verifier can serve in the meantime, and no
 * other one is being replaced. That verifier is given no more tasks, and its socket is closed when
 * it is idle. Returns whether another verifier has served, so that the timer has to go on.
 */
bool dispatch_rotation_look(struct dispatch *dispatch, int64_t now_ms);

/* The callback of dispatch's rotation_timer; the context is the struct dispatch. */
void dispatch_rotation_on_timer(evutil_socket_t socket, short events, void *context);
