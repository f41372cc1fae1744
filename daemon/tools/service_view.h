/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The configuration as the shipped service unit sees it: by a user without rights of its own
 * (DynamicUser=), who does not see the folders of users and of temporary files (ProtectHome=,
 * PrivateTmp=) and may write nowhere but in the folders that the unit gives it.
 */

#include "daemon/policy/policy.h"

/* Makes this process a user like the service's, for good. Returns 0, or -errno: -EPERM unless it is
 * root. */
int service_view_enter(void);

/* Looks for what a policy names and the service cannot use. Returns 0; or 1, and *error says what
 * and what to do. */
int service_view_check(const struct policy *policy, struct policy_error *error);

/* Returns whether the service sees a path, as far as its unit's settings decide. */
bool service_view_shows(const char *path);
