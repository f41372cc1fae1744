/* SPDX-License-Identifier: MIT */
#pragma once

/* What a section says of the rules, written there or inherited, before it is settled into a rule.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/policy/keys.h"
#include "daemon/policy/rule.h"

struct policy_settings {
    uint32_t named;                 /* bits: 1 << enum draft_key, what this section itself says */
    uint8_t chosen[DRAFT_SETTINGS]; /* an index into the words of policy_choices; of the reports of
                                       trust and depth, 1 where there is one */
    int max_depth;
    int max_depth_report;
    uint64_t trusts;
    uint64_t trusts_report;
};

_Static_assert(DRAFT_SETTINGS <= 32, "each key has its bit");

struct check;
struct draft_section;

/* What holds where nothing is said; `system` is the index of that trust. */
struct policy_settings policy_settings_builtin(size_t system);

/*
 * Takes what the section says over into *settings, which holds what it inherits. Refuses a
 * report that is written where it could never differ; one that is inherited may well be what the
 * section enforces, and then has nothing to report. With `is_whole` nothing but `settings` will
 * hold beneath the section: for a client's it is false, since a domain's keys may come from
 * anywhere.
 *
 * 0, or 1 if the section is refused (see check->error).
 */
int policy_settings_read(const struct check *check, const struct draft_section *section,
                         bool is_whole, struct policy_settings *settings);

/* Settles what is enforced and what is reported. */
void policy_settings_apply(const struct policy_settings *settings, struct policy_rule *rule);

/* Puts what `client` names over *settings. */
void policy_settings_overlay(struct policy_settings *settings,
                             const struct policy_settings *client);

/* The same where it is the stricter, key by key. Reports, which decide nothing, are as overlaid. */
void policy_settings_tighten(struct policy_settings *settings,
                             const struct policy_settings *client);
