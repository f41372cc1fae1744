/* SPDX-License-Identifier: MIT */
#pragma once

/* The front's messages to and from the supervisor. */

#include <stdint.h>

#include "daemon/front/front_state.h"
#include "daemon/ipc/control.h"

/* Ends the front, which then returns `r`, a negative errno; `what` failed is logged. */
void supervisor_link_fail(struct front *front, const char *what, int r);

/* Sends a message about a verifier; 0 where it is about none. `context` is the front. */
void supervisor_link_notify(void *context, uint32_t verifier, enum control_kind kind);

/* Asks for a reload. `context` is the front. Returns 0 or -errno. */
int supervisor_link_ask_for_reload(void *context);

/*
 * Handles one message from the supervisor and takes over its descriptor. Returns 0; or -errno,
 * after which the front has to end.
 */
int supervisor_link_handle(struct front *front, const struct control_message *message, int fd);
