/* SPDX-License-Identifier: MIT */
#pragma once

/* What a section says, written there or inherited, before it is settled into a rule. */

#include <stddef.h>

#include "daemon/policy/draft.h"
#include "daemon/policy/policy.h"

/* Zero-initialised, nothing is said. */
struct policy_settings {
    size_t chosen[DRAFT_KEYS]; /* an index into the words of policy_choices; 0: unset */
};

struct check;

/*
 * Takes what the section says over into *settings, which holds what it inherits. Refuses a
 * `rules-report` that is written where it could never differ; one that is inherited may well be
 * what the section enforces, and then has nothing to report.
 *
 * 0, or 1 if the section is refused (see check->error).
 */
int policy_settings_read(const struct check *check, const struct draft_section *section,
                         struct policy_settings *settings);

/* Settles what is enforced and what is reported. */
void policy_settings_apply(const struct policy_settings *settings, struct policy_rule *rule);
