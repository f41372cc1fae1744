/* SPDX-License-Identifier: MIT */
#pragma once

/* The pins of a domain, and their life: RFC 7469 sections 2.4 to 2.6, with an end in the open. */

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

/* What becomes of the pins. Zero refuses. */
enum policy_pinset_action {
    POLICY_PINS_REFUSE = 0, /* whatever the keys are: expired, on-expiry = closed */
    POLICY_PINS_CHECK,      /* a pinned key within the scope is needed */
    POLICY_PINS_IGNORE,     /* not yet, or expired and open */
};

struct policy_pinset_state {
    enum policy_pinset_phase phase;
    enum policy_pinset_action action;
    bool report_only; /* what the action refuses is only reported */
    int64_t from;     /* this state holds for from <= time < until */
    int64_t until;
};

/*
 * What a pinset is at a moment, by the wall clock: never by the time of a request. A pure function.
 *
 * Forbidden keys (bad_pins) know no time: whatever the state says, a path that holds one anywhere
 * (without a path: an end entity that has one) is refused, or reported with POLICY_MODE_REPORT.
 */
struct policy_pinset_state policy_pinset_judge(const struct policy_pinset *pinset, int64_t now);

/* The phase alone. */
enum policy_pinset_phase policy_pinset_phase(const struct policy_pinset *pinset, int64_t now);

/* Whether a key is pinned, or forbidden; `pin` is its SHA-256. */
bool policy_pinset_has(const struct policy_pinset *pinset, const uint8_t pin[POLICY_PIN_BYTES]);
bool policy_pinset_forbids(const struct policy_pinset *pinset, const uint8_t pin[POLICY_PIN_BYTES]);

struct policy;

/* Returns the pinset of that name, or NULL. */
const struct policy_pinset *policy_pinset_find(const struct policy *policy, const char *name);
