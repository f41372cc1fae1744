/* SPDX-License-Identifier: MIT */
#pragma once

/* The pinsets of a policy. */

#include "daemon/policy/check.h"

/* Judges the draft's pinsets and sorts them into check->policy. As policy_check. */
int policy_pinsets_check(const struct check *check);

/* The pinset of that name, or NULL. */
const struct policy_pinset *policy_pinset_find(const struct policy *policy, const char *name);
