/* SPDX-License-Identifier: MIT */
#pragma once

/* The keys of `limits`; reading and printing go by the same table. */

#include <stddef.h>

#include "daemon/policy/keys.h"
#include "daemon/policy/limits.h"
#include "daemon/policy/number.h"

struct policy_limit {
    enum draft_key key;
    enum policy_unit unit;
    size_t offset; /* of a uint64_t in struct policy_limits */
    uint64_t built_in;
    uint64_t min; /* besides a 0 where `off` says what that is */
    uint64_t max;
    const char *off; /* what 0 stands for, or NULL where it is refused */
};

#define POLICY_LIMITS_COUNT 13u

extern const struct policy_limit policy_limits_table[POLICY_LIMITS_COUNT];

/* The number of a row. */
uint64_t *policy_limit_of(struct policy_limits *limits, size_t row);
