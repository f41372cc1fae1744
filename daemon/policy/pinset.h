/* SPDX-License-Identifier: MIT */
#pragma once

/* Evaluates the pins of a domain: RFC 7469 sections 2.4 to 2.6, with an expiry that the policy
 * defines. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/policy/types.h"

enum policy_pinset_phase {
    POLICY_PINSET_NOT_YET = 1, /* before `from` */
    POLICY_PINSET_ACTIVE,
    POLICY_PINSET_WARNED,  /* active, and `until` is at most warn_days away */
    POLICY_PINSET_EXPIRED, /* from `until` on */
};

/* The effect of the pins at a moment. Zero refuses. */
enum policy_pinset_action {
    POLICY_PINS_REFUSE = 0, /* refuse whatever the keys are: expired, with on-expiry = closed */
    POLICY_PINS_CHECK,      /* demand a pinned key within the scope */
    POLICY_PINS_IGNORE,     /* do nothing: not yet active, or expired with on-expiry = open */
};

struct policy_pinset_state {
    enum policy_pinset_phase phase;
    enum policy_pinset_action action;
    bool report_only; /* a refusal is only reported */
    int64_t from;     /* the state is valid for from <= time < until */
    int64_t until;
};

/* Returns the state of a pinset at `now`, which has to be wall-clock time and never the time that a
 * request asks for. The result depends on nothing else. Forbidden keys (bad_pins) do not expire:
 * whatever the state, a path that has one of them anywhere is refused, or reported with
 * POLICY_MODE_REPORT. Without a path the same holds for the end entity's key. */
struct policy_pinset_state policy_pinset_judge(const struct policy_pinset *pinset, int64_t now);

/* Returns only the phase at `now`. */
enum policy_pinset_phase policy_pinset_phase(const struct policy_pinset *pinset, int64_t now);

/* Return whether a key is pinned, or forbidden; `pin` is the SHA-256 of its SPKI. */
bool policy_pinset_has(const struct policy_pinset *pinset, const uint8_t pin[POLICY_PIN_BYTES]);
bool policy_pinset_forbids(const struct policy_pinset *pinset, const uint8_t pin[POLICY_PIN_BYTES]);

struct policy;

/* Returns the pinset of that name, or NULL. */
const struct policy_pinset *policy_pinset_find(const struct policy *policy, const char *name);
