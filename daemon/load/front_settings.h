/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Makes the front's settings (daemon/ipc/settings.h) from a policy: the limits, the record and the
 * sections for clients.
 */

#include "daemon/ipc/settings.h"
#include "daemon/policy/policy.h"

/*
 * Checks that the front's settings have room for every client that the policy names. Returns 0; or
 * 1, and *error has the reason.
 */
int front_settings_check(const struct policy *policy, struct policy_error *error);

/*
 * Fills in the limits, the record and the clients of *settings; the other members stay unchanged.
 * limits.workers is the policy's value, which may be 0. The policy has to have passed
 * front_settings_check.
 */
void front_settings_fill(struct settings *settings, const struct policy *policy);
