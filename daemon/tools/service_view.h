/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Views the configuration as the shipped service unit does: as a user without rights of its own
 * (DynamicUser=), who does not see the folders of users and the temporary folders (ProtectHome=,
 * PrivateTmp=), and can write only in the folders that the unit gives it.
 */

#include "daemon/policy/policy.h"

/*
 * Makes this process permanently a user like that of the service. Returns 0 or -errno; -EPERM
 * unless this process is root.
 */
int service_view_enter(void);

/*
 * Searches the policy for paths that the service cannot use. Returns 0; or 1, and *error says which
 * one and what to do.
 */
int service_view_check(const struct policy *policy, struct policy_error *error);

/* Returns whether the service can see a path, as far as the settings of its unit decide that. */
bool service_view_shows(const char *path);
