/* SPDX-License-Identifier: MIT */
#pragma once

/* What the policy denies whatever else holds: names, keys, serial numbers. */

#include <stdbool.h>

#include "daemon/policy/policy.h"
#include "daemon/verify/keys.h"
#include "daemon/verify/words.h"
#include "proto/verdict.h"

/* Zero is not yes. */
enum denial_state {
    DENIAL_UNKNOWN = 0,
    DENIAL_NONE = 0x5c,
    DENIAL_DENIED = 0xa3,
};

/* Judges by every section, and adds to the verdict what is denied or would be. Without a validated
 * path whatever was sent counts: who sends a denied key along is not better for it. */
enum denial_state denial_judge(const struct policy *policy, const struct policy_subject *subject,
                               const struct keys *keys, struct verdict *verdict,
                               struct words *words);
