/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Proves that an epoch can serve, in the checker process that has read it: reading the
 * configuration twice gives the same policy, a compiled-in path is validated and a forged one is
 * not, and each key that demands a refusal (policy_claim_next) makes the daemon refuse one
 * question.
 */

#include "daemon/load/epoch.h"

/* The outcome for files that changed after the epoch was read, which may be good by now. */
#define PROOF_CHANGED 2

/*
 * Proves that the epoch can serve. Returns 0; PROOF_CHANGED; 1, and *error has the section that
 * refused nothing, or another reason; or -errno. Unless 0 is returned, *error has the reason.
 */
int proof_check(const struct epoch *epoch, const struct sources *sources,
                struct policy_error *error);
