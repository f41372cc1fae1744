/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Compares the keys of a path with the pins of a rule (RFC 7469 section 2.6), and with its
 * forbidden keys.
 */

#include <stdbool.h>
#include <stdint.h>

#include "daemon/policy/policy.h"
#include "daemon/verify/fingerprints.h"
#include "daemon/verify/words.h"
#include "proto/verdict.h"

/* The result for the pinset of a rule. Compare with ==; zero accepts nothing. */
enum pins_state {
    PINS_UNKNOWN = 0,
    PINS_NONE = 0x3b,     /* the rule has no pinset, or the pinset is not in effect at this time */
    PINS_HOLD = 0xc5,     /* a certificate within the pinset's scope has a pinned key */
    PINS_BROKEN = 0x0f,   /* refused: a finding in the verdict says why */
    PINS_REPORTED = 0x96, /* would be refused if the pinset did not only report */
};

struct pins_question {
    const struct policy_pinset *pinset; /* NULL: the rule has no pinset */
    const struct fingerprints *certificates;
    bool is_local; /* the path ends in an anchor of a trust section other than "system" */
    /* the wall clock in seconds since 1970, even if the request gives a time of its own */
    int64_t now;
};

struct pins_answer {
    enum pins_state state;
    int64_t from; /* the answer is the same at all times with from <= now < until */
    int64_t until;
};

/*
 * Judges the pins. Adds findings to the verdict, with messages printed into `words`, and marks in
 * verdict->checked which pins were checked. If the rule has no pinset, returns PINS_NONE for all
 * times.
 */
struct pins_answer pins_judge(const struct pins_question *question, struct verdict *verdict,
                              struct words *words);
