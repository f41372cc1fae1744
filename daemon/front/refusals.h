/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Requests that took more CPU or memory than one may, or crashed two verifiers: remembered by their
 * bytes for a while, so that a hostile certificate costs once. Nothing else is: who was merely
 * interrupted may ask again.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct refusals;

/* 0 and *refusalsp is the caller's; or -errno (no memory, no random seed). */
int refusals_new(struct refusals **refusalsp);

/* Frees it; takes NULL. Returns NULL. */
struct refusals *refusals_free(struct refusals *refusals);

/* Remembers a payload from now on; the oldest make room for it. Without memory nothing is
 * remembered. */
void refusals_add(struct refusals *refusals, const uint8_t *payload, size_t n_payload,
                  int64_t now_ms);

/* Whether the very same bytes are remembered. Costs nothing while nothing is. */
bool refusals_has(struct refusals *refusals, const uint8_t *payload, size_t n_payload,
                  int64_t now_ms);
