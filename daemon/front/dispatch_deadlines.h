/* SPDX-License-Identifier: MIT */
#pragma once

/* Deadlines of verifiers and of queued requests. Part of dispatch. */

#include "daemon/front/dispatch_state.h"

/* libevent's callback for the timer; the context is the struct dispatch. */
void dispatch_on_deadline_timer(evutil_socket_t socket, short events, void *context);
