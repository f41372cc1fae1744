/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The values of the rule keys for one section (`defaults`, `domain` or `client`), set by the
 * section or inherited. policy_settings_apply turns settings into the rule that answers a question.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/policy/rule.h"
#include "daemon/policy/schema.h"

struct policy_settings {
    uint32_t set_keys; /* bit 1 << enum policy_key for each key that the section itself sets */
    /* For a key with keywords, the index of its word in policy_keywords. For the reports of trust
     * and max-depth, 1 if the report is set. Not used for other keys. */
    uint8_t chosen[POLICY_KEY_SETTINGS_COUNT];
    /* The domain's or the client's section sets `certificates`. */
    bool certificates_set;
    bool certificates_report_set;
    int max_depth; /* -1: no bound */
    int max_depth_report;
    uint64_t clock_skew_ms;
    uint64_t ocsp_max_age_ms;
    uint64_t trusts; /* bit i stands for the trust section at index i of policy_trusts */
    uint64_t trusts_report;
};

_Static_assert(POLICY_KEY_SETTINGS_COUNT <= 32, "each key has its bit");

/* Returns the built-in settings. `system` is the index of the trust section "system". */
struct policy_settings policy_settings_builtin(size_t system);

/* Fills in what *rule enforces and reports. The rule's origins and its pinset stay unchanged. */
void policy_settings_apply(const struct policy_settings *settings, struct policy_rule *rule);

/* Replaces the value of each key that the client's section sets. */
void policy_settings_overlay(struct policy_settings *settings,
                             const struct policy_settings *client);

/*
 * Replaces the value of each key that the client's section sets to a stricter one. Keys of reports
 * are always replaced, since reports decide nothing.
 */
void policy_settings_tighten(struct policy_settings *settings,
                             const struct policy_settings *client);
