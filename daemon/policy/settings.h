/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The rule keys of one section, `defaults`, `domain` or `client`: set there or inherited. A
 * question is answered by a rule, which is made from settings.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/policy/rule.h"
#include "daemon/policy/schema.h"

struct policy_settings {
    uint32_t named; /* bit 1 << enum policy_key for each key that the section itself sets */
    /* For a key with keywords, the index of its word in policy_keywords; for the reports of trust
     * and max-depth, 1 where the report is set. */
    uint8_t chosen[POLICY_KEY_SETTINGS_COUNT];
    /* The section of a client or a domain names `certificates`, or certificates-report. */
    bool certificates_named;
    bool certificates_report_named;
    int max_depth; /* -1: no bound */
    int max_depth_report;
    uint64_t clock_skew_ms;
    uint64_t ocsp_max_age_ms;
    uint64_t trusts; /* bit i: the trust at index i of policy_trusts */
    uint64_t trusts_report;
};

_Static_assert(POLICY_KEY_SETTINGS_COUNT <= 32, "each key has its bit");

/* Returns the built-in settings; `system` is the index of the trust "system". */
struct policy_settings policy_settings_builtin(size_t system);

/* Fills in what *rule enforces and reports. Its origins and its pinset stay as they are. */
void policy_settings_apply(const struct policy_settings *settings, struct policy_rule *rule);

/* Replaces each key that the client's section sets. */
void policy_settings_overlay(struct policy_settings *settings,
                             const struct policy_settings *client);

/*
 * Replaces each key that the client's section sets, where the client's value is the stricter one.
 * Reports decide nothing and are always replaced.
 */
void policy_settings_tighten(struct policy_settings *settings,
                             const struct policy_settings *client);
