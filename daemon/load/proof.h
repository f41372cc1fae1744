/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Proves that an epoch can serve, in the checker process that has read it: reading the
 * configuration twice gives the same policy, a compiled-in path is validated and a forged one is
 * not, and each key that demands a refusal (policy_claim_next) makes the daemon refuse one
 * question.
 */

#include "daemon/load/epoch.h"
#include "daemon/load/generation.h"

/* The outcome for files that changed after the generation was read, which may be good by now. */
#define PROOF_CHANGED 2

/*
 * Reads the configuration once more, and compares the policies. If they differ, a text or a library
 * was read differently, for example because memory was short, and the generation must not serve.
 * Returns 0; PROOF_CHANGED; 1 if the configuration is refused; or -errno. Unless 0 is returned,
 * *error has the reason.
 */
int proof_read_again(const struct generation *generation, const struct sources *sources,
                     struct policy_error *error);

/*
 * Proves that the epoch can serve. Returns 0; 1, and *error has the section that refused nothing,
 * or another reason; or -errno.
 */
int proof_check(const struct epoch *epoch, struct policy_error *error);
