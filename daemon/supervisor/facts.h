/* SPDX-License-Identifier: MIT */
#pragma once

/* The supervisor's part of status: policy, files, reloads, sandbox and restarts as one JSON object
 * in printable ASCII, then a newline and the supervisor's part of the metrics. The front hands both
 * on as they are. */

#include <stdbool.h>

#include "daemon/supervisor/reload.h"
#include "daemon/supervisor/switch_over.h"

/* Zero-initialised, the front has been sent nothing. */
struct status_facts {
    char *sent; /* what the present front was sent last; NULL: nothing */
    bool stale; /* something may have changed since */
};

/* Sends the front the facts if they have changed. Without memory they stay stale, and the next call
 * tries again. */
void facts_send(struct status_facts *facts, struct serving *serving, const struct reload *reload);

/* Frees what was sent last: for a new front, which has been sent nothing, and at the end. */
void facts_forget_sent(struct status_facts *facts);

/* Returns the facts of a daemon without a policy, whose configuration is refused: an allocated
 * text, or NULL without memory. */
char *facts_of_refusal(const struct policy_error *refusal);

/* Returns whether a libcrypto whose version text is `version` is older than the first release of
 * its series without faults known in April 2026. */
bool facts_is_dated(const char *version);
