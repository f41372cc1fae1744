/* SPDX-License-Identifier: MIT */
#pragma once

/* The part of dispatch that enforces the deadlines of verifiers and of queued requests. */

#include "daemon/front/dispatch_state.h"

/* The callback of dispatch's deadline_timer; the context is the struct dispatch. */
void dispatch_on_deadline_timer(evutil_socket_t socket, short events, void *context);
