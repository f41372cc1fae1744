/* SPDX-License-Identifier: MIT */
#pragma once

/* The part of a policy that the front needs: the limits and the sections for clients, in the form
 * that the front is sent (daemon/ipc/settings.h). */

#include "daemon/ipc/settings.h"
#include "daemon/policy/policy.h"

/* Returns 0 if the front has room for every client that the policy names; else 1, and *error has
 * the reason. */
int front_settings_check(const struct policy *policy, struct policy_error *error);

/* Fills the limits, the record and the clients of *settings; the other members stay as they are.
 * The number of workers is the policy's, which may be 0. The policy has passed
 * front_settings_check. */
void front_settings_fill(struct settings *settings, const struct policy *policy);
