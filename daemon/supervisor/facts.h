/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The supervisor's part of the status: policy, files, reloads, sandbox and restarts, as a JSON
 * object in printable ASCII, followed by a newline and the supervisor's part of the metrics. The
 * front passes both on without parsing them.
 */

#include <stdbool.h>

#include "daemon/supervisor/reload.h"
#include "daemon/supervisor/switch_over.h"

/* A zero-initialised struct means that the front has been sent nothing. */
struct status_facts {
    char *sent; /* the text that the present front was sent last; NULL if none */
    bool stale; /* something may have changed since that text was written */
};

/*
 * Sends the front the text if it has changed. If memory ran out `stale` stays set, so that the next
 * call tries again.
 */
void facts_send(struct status_facts *facts, struct serving *serving, const struct reload *reload);

/*
 * Frees the text that was sent last: for a new front, which has been sent nothing, and at the end.
 */
void facts_forget_sent(struct status_facts *facts);

/*
 * Returns the text for a daemon without a policy, whose configuration is refused: an allocated
 * string, or NULL if memory ran out.
 */
char *facts_of_refusal(const struct policy_error *refusal);

/*
 * Returns whether a libcrypto with this version text is older than the first release of its series
 * without vulnerabilities known in April 2026.
 */
bool facts_is_dated(const char *version);
