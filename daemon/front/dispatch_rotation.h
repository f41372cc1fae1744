/* SPDX-License-Identifier: MIT */
#pragma once

/* Verifiers that have served for some time are replaced by new ones, so that what a certificate may
 * have left in one of them does not stay. Part of dispatch. */

#include "daemon/front/dispatch_state.h"

/*
 * Lets the verifier that has served longest end, if it began to serve LIMIT_VERIFIER_SERVES_MS or
 * more before `now_ms` (of clock_now_ms) and another one can serve meanwhile: it is given no more
 * tasks, and its socket is closed when it is idle. Returns whether a verifier that has served is
 * left, so that there will be something to do later.
 */
bool dispatch_rotation_look(struct dispatch *dispatch, int64_t now_ms);

/* The timer's callback; the context is the dispatch. */
void dispatch_rotation_on_timer(evutil_socket_t socket, short events, void *context);
