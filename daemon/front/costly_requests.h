/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Remembers requests that took more CPU time or memory than one request may take, or that crashed
 * two verifiers. For a while such a request is refused, so that a hostile certificate costs its
 * verification only once. A request whose verifier ended for another reason is not remembered and
 * may be asked again.
 */

#include <stdbool.h>
#include <stdint.h>

#include "daemon/front/request_key.h"
#include "daemon/limits.h"

struct costly_requests;

/* Makes an empty set. Returns 0, and *costlyp belongs to the caller; or -ENOMEM. */
int costly_requests_new(struct costly_requests **costlyp);

/* Frees the set; does nothing for NULL. Returns NULL. */
struct costly_requests *costly_requests_free(struct costly_requests *costly);

/*
 * Remembers a copy of the request for LIMIT_REMEMBERED_MS from now, and forgets the oldest requests
 * to make room. Does nothing if memory ran out.
 */
void costly_requests_add(struct costly_requests *costly, const struct request_key *key,
                         int64_t now_ms);

/*
 * Returns whether an equal request is remembered. The client classes have to be equal too, because
 * a request that is costly under one class's rules need not be so under another's.
 */
bool costly_requests_has(struct costly_requests *costly, const struct request_key *key,
                         int64_t now_ms);
