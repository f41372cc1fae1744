/* SPDX-License-Identifier: MIT */
#pragma once

/* The pins of a rule, held against the keys of a path: RFC 7469 section 2.6, with forbidden keys.
 */

#include <stdbool.h>
#include <stdint.h>

#include "daemon/policy/policy.h"
#include "daemon/verify/keys.h"
#include "daemon/verify/words.h"
#include "proto/verdict.h"

/* What became of the pins; zero is not yes. */
enum pins_state {
    PINS_UNKNOWN = 0,
    PINS_NONE = 0x3b, /* the rule has none, or they do not hold now */
    PINS_HOLD = 0xc5,
    PINS_BROKEN = 0x0f,   /* a finding says why */
    PINS_REPORTED = 0x96, /* as broken, and only reported */
};

struct pins_question {
    const struct policy_pinset *pinset; /* NULL: none */
    const struct keys *keys;
    bool is_local; /* the path ends in an anchor of the administrator's own */
    int64_t now;   /* by the wall clock: a request has no say in it */
};

struct pins_answer {
    enum pins_state state;
    int64_t from; /* the answer is the same for from <= now < until */
    int64_t until;
};

/* Judges, and adds to the verdict what is wrong and what was checked. */
struct pins_answer pins_judge(const struct pins_question *question, struct verdict *verdict,
                              struct words *words);
