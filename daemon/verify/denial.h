/* SPDX-License-Identifier: MIT */
#pragma once

/* The deny sections of the policy: names, keys and serial numbers that are refused in any case. */

#include <stdbool.h>

#include "daemon/policy/policy.h"
#include "daemon/verify/fingerprints.h"
#include "daemon/verify/words.h"
#include "proto/verdict.h"

/* The result of all deny sections. Compare with ==; zero accepts nothing. */
enum denial_state {
    DENIAL_UNKNOWN = 0,
    DENIAL_NONE = 0x5c,
    DENIAL_DENIED = 0xa3,
};

/*
 * Applies every deny section to the subject and the certificates. For each section that denies
 * something, adds a finding to the verdict, whose message is printed into `words`. Without a valid
 * path all certificates of the request are checked, because a denial can only refuse.
 *
 * Returns DENIAL_DENIED if a section that is enforced denies something, else DENIAL_NONE.
 */
enum denial_state denial_judge(const struct policy *policy, const struct policy_subject *subject,
                               const struct fingerprints *certificates, struct verdict *verdict,
                               struct words *words);
