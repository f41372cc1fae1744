/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Requests that took more CPU or memory than one may, or crashed two verifiers: remembered by their
 * bytes for a while, so that a hostile certificate costs once. Nothing else is: who was merely
 * interrupted may ask again.
 */

#include <stdbool.h>
#include <stdint.h>

#include "daemon/front/question.h"

struct refusals;

/* 0 and *refusalsp is the caller's; or -ENOMEM. */
int refusals_new(struct refusals **refusalsp);

/* Frees it; takes NULL. Returns NULL. */
struct refusals *refusals_free(struct refusals *refusals);

/* Remembers a question from now on, whatever the class of who asks; the oldest make room for it.
 * Without memory nothing is remembered. */
void refusals_add(struct refusals *refusals, const struct question *question, int64_t now_ms);

/* Whether the very same bytes are remembered, within the question's scope. Costs nothing while
 * nothing is. */
bool refusals_has(struct refusals *refusals, const struct question *question, int64_t now_ms);
