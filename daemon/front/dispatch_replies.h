/* SPDX-License-Identifier: MIT */
#pragma once

/* The part of dispatch that handles verifiers' replies and the end of a verifier. */

#include "daemon/front/dispatch_state.h"

/* The callback of a verifier's socket event; the context is the struct verifier_link. */
void dispatch_on_reply(evutil_socket_t socket, short events, void *context);

/* Makes the verifiers of other epochs end: those at work after their reply, the others at once. */
void dispatch_retire_verifiers(struct dispatch *dispatch);

/*
 * Handles the end of a verifier process: reads its last replies, answers or retries the task that
 * it had at work, and frees the link.
 */
void dispatch_end_link(struct dispatch *dispatch, struct verifier_link *link,
                       enum control_cause cause);
