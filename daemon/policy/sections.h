/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The steps of policy_check_config, one for each kind of section. Each reads the sections of its
 * kind from check->config and stores the result in check->policy. Each returns 0; 1 if a section is
 * refused (see check->error); or -ENOMEM. check.c calls them in a fixed order, since a step uses
 * what earlier steps have stored.
 */

struct policy_check;

int policy_trusts_check(const struct policy_check *check);
int policy_pinsets_check(const struct policy_check *check);
int policy_denies_check(const struct policy_check *check);
int policy_domains_check(const struct policy_check *check);
int policy_listens_check(const struct policy_check *check);
int policy_clients_check(const struct policy_check *check);
int policy_limits_check(const struct policy_check *check);
int policy_record_check(const struct policy_check *check);

/*
 * Builds the tables by which policy_rule_for finds a domain by name or address. Refuses a name or
 * network that two sections have. Returns what the steps above return.
 */
int policy_lookup_build(const struct policy_check *check);
