/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The proof that an epoch gives before it serves, in the process that has read it: that reading the
 * configuration twice gives the same policy, that a path which is compiled in is validated and a
 * forged one is not, and that each key which tightens refuses a question that it has to refuse.
 */

#include "daemon/load/epoch.h"

/* Returns 0; 1, and *error names the section that does not hold or the reason; or -errno. */
int proof_check(const struct epoch *epoch, const struct sources *sources,
                struct policy_error *error);
