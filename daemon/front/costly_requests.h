/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Requests that took more CPU time or memory than one request may, or crashed two verifiers. Their
 * bytes are remembered for a while, and the same request is refused meanwhile, so that a hostile
 * certificate is paid for once. A request whose verifier ended for another reason is not
 * remembered, and may be asked again.
 */

#include <stdbool.h>
#include <stdint.h>

#include "daemon/front/request_key.h"
#include "daemon/limits.h"

struct costly_requests;

/* Makes an empty set. Returns 0, and *costlyp is the caller's; or -ENOMEM. */
int costly_requests_new(struct costly_requests **costlyp);

/* Frees the set. NULL is ignored. Returns NULL. */
struct costly_requests *costly_requests_free(struct costly_requests *costly);

/* Remembers a copy of the request for LIMIT_REMEMBERED_MS from now; the oldest requests make room
 * for it. Without memory it is not remembered. */
void costly_requests_add(struct costly_requests *costly, const struct request_key *key,
                         int64_t now_ms);

/* Returns whether the same request is remembered. What one class of clients finds costly says
 * nothing about another's, so the classes have to be equal as well. */
bool costly_requests_has(struct costly_requests *costly, const struct request_key *key,
                         int64_t now_ms);
