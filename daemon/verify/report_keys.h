/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Names the keys of the policy by which a rule reports something else than it enforces, so that a
 * person who reads a reported finding knows which key to look at.
 */

#include "daemon/policy/rule.h"

/* The size of a list of such keys. */
#define REPORT_KEYS_BYTES 160

/*
 * Each writes the keys whose reported value differs from the enforced one, as in "rules-report,
 * wildcards-report": those about names, and those about the path. The list is empty if there is
 * none.
 */
void report_keys_of_rules(const struct policy_rule *rule, char text[static REPORT_KEYS_BYTES]);
void report_keys_of_checks(const struct policy_rule *rule, char text[static REPORT_KEYS_BYTES]);
