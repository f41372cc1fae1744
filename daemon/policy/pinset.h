/* SPDX-License-Identifier: MIT */
#pragma once

/* The pins of a domain, and their life: RFC 7469 sections 2.4 to 2.6, with an end in the open. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/policy/rule.h"

/* SHA-256 of a SubjectPublicKeyInfo in DER, RFC 7469 section 2.4. */
#define POLICY_PIN_BYTES 32

/* Moments are seconds since 1970 in UTC, leap seconds not counted. */
#define POLICY_TIME_MIN INT64_MIN
#define POLICY_TIME_MAX INT64_MAX

/* Shared by pins and denials: zero enforces. */
enum policy_mode {
    POLICY_MODE_ENFORCE = 0,
    POLICY_MODE_REPORT, /* what would be refused is reported, and decides nothing */
};

/* Which certificates of a validated path may hold a pinned key. Without one only the end entity can
 * be shown to: for `issuer` and `anchor` no key counts then, and the pins refuse. So they go with
 * `path = always`, or with clients that ask for paths. */
enum policy_scope {
    POLICY_SCOPE_LEAF = 0, /* the end entity */
    POLICY_SCOPE_ISSUER,   /* any that is neither the end entity nor the anchor */
    POLICY_SCOPE_ANCHOR,   /* the trust anchor */
    POLICY_SCOPE_ANY,
};

enum policy_on_expiry {
    POLICY_ON_EXPIRY_CLOSED = 0, /* nobody is accepted until the pins are renewed */
    POLICY_ON_EXPIRY_REPORT,     /* they are checked and only reported */
    POLICY_ON_EXPIRY_OPEN,       /* they are not looked at any more */
};

struct policy_pinset {
    const char *name;
    const uint8_t (*pins)[POLICY_PIN_BYTES]; /* ascending; two at least */
    size_t n_pins;
    const uint8_t (*bad_pins)[POLICY_PIN_BYTES]; /* ascending */
    size_t n_bad_pins;
    struct policy_origin origin;
    enum policy_mode mode;
    enum policy_scope scope;
    bool local_override; /* a path to an anchor of a trust section other than "system" passes; never
                            one to an anchor of a request */
    int64_t from;        /* the first second at which the pins hold, or POLICY_TIME_MIN */
    int64_t until;       /* the first second at which they hold no more, or POLICY_TIME_MAX */
    enum policy_on_expiry on_expiry;
    unsigned warn_days; /* before `until`; 0: without a warning */
    bool is_named;      /* by a domain */
};

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
