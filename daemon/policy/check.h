/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Turns a parsed configuration into a policy. Refuses configurations that are grammatical but
 * wrong.
 */

#include "daemon/policy/parsed.h"
#include "daemon/policy/policy.h"

/*
 * Checks the configuration and fills in *policy, which policy_new has made. After a failure *policy
 * may only be freed. `suffixes` is borrowed for the call; NULL is allowed where `config` has no
 * domain section.
 *
 * Returns 0; 1 if the configuration is refused (see *error); or -ENOMEM.
 */
int policy_check_config(struct policy *policy, const struct parsed_config *config,
                        const struct suffix_list *suffixes, struct policy_error *error);
