/* SPDX-License-Identifier: MIT */
#pragma once

/* Compares the keys of a path with the pinset of a rule (RFC 7469 section 2.6), and with its
 * forbidden keys. */

#include <stdbool.h>
#include <stdint.h>

#include "daemon/policy/policy.h"
#include "daemon/verify/fingerprints.h"
#include "daemon/verify/words.h"
#include "proto/verdict.h"

/* The result. Compare with ==; zero accepts nothing. */
enum pins_state {
    PINS_UNKNOWN = 0,
    PINS_NONE = 0x3b,     /* the rule has no pinset, or the pinset does not apply now */
    PINS_HOLD = 0xc5,     /* a pinned key is in use */
    PINS_BROKEN = 0x0f,   /* refused: a finding in the verdict says why */
    PINS_REPORTED = 0x96, /* would be refused, but the pinset only reports */
};

struct pins_question {
    const struct policy_pinset *pinset; /* NULL: none */
    const struct fingerprints *certificates;
    bool is_local; /* the path ends in an anchor of the administrator's own */
    int64_t now;   /* the wall clock, even if the request gives a time of its own */
};

struct pins_answer {
    enum pins_state state;
    int64_t from; /* the answer stays the same for from <= now < until */
    int64_t until;
};

/* Judges the pins. Adds findings to the verdict, with messages printed into `words`, and marks
 * there what was checked. Returns PINS_NONE for all of time if the rule has no pinset. */
struct pins_answer pins_judge(const struct pins_question *question, struct verdict *verdict,
                              struct words *words);
