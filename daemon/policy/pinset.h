/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Evaluates the pins of a domain, RFC 7469 sections 2.4 to 2.6. Unlike there, the policy defines
 * when the pins expire.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/policy/types.h"

enum policy_pinset_phase {
    POLICY_PINSET_NOT_YET = 1, /* the time is before `from` */
    POLICY_PINSET_ACTIVE,
    POLICY_PINSET_WARNED,  /* active, and `until` is at most warn_days away */
    POLICY_PINSET_EXPIRED, /* from `until` on */
};

/* The effect that the pins have at a moment. Zero refuses. */
enum policy_pinset_action {
    /* refuse whatever the keys are; the pins have expired, with on-expiry = closed */
    POLICY_PINS_REFUSE = 0,
    POLICY_PINS_CHECK,  /* demand a pinned key within the scope */
    POLICY_PINS_IGNORE, /* do nothing: not yet active, or expired with on-expiry = open */
};

struct policy_pinset_state {
    enum policy_pinset_phase phase;
    enum policy_pinset_action action;
    bool report_only; /* a refusal by the pins is only reported */
    int64_t from;     /* the state is the same at all times with from <= time < until */
    int64_t until;
};

/*
 * Returns the state of a pinset at `now`, which has to be the wall clock and never the time that a
 * request asks for. The result depends on nothing else. Forbidden keys (bad_pins) do not expire:
 * whatever the state, a path with one of them anywhere is refused, or with POLICY_MODE_REPORT
 * reported. If no path is validated, that holds for the end entity's key alone.
 */
struct policy_pinset_state policy_pinset_judge(const struct policy_pinset *pinset, int64_t now);

/* Returns only the phase at `now`. */
enum policy_pinset_phase policy_pinset_phase(const struct policy_pinset *pinset, int64_t now);

/*
 * Each returns whether a key is pinned, or forbidden. `pin` is the SHA-256 of the key's
 * SubjectPublicKeyInfo.
 */
bool policy_pinset_has(const struct policy_pinset *pinset, const uint8_t pin[POLICY_PIN_BYTES]);
bool policy_pinset_forbids(const struct policy_pinset *pinset, const uint8_t pin[POLICY_PIN_BYTES]);

struct policy;

/* Returns the pinset of that name, or NULL. */
const struct policy_pinset *policy_pinset_find(const struct policy *policy, const char *name);
