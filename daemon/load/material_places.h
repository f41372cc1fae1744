/* SPDX-License-Identifier: MIT */
#pragma once

/* Confines a process to the files that a policy's trust stores and CRLs are read from. */

#include "daemon/policy/policy.h"

/*
 * From now on, this process can open the trust stores, the CRLs and the filters of CRLite that the
 * policy names, where there are filters also the files that list the users, and no other file and
 * no folder. A folder is named with all that is in it, and with the targets of its
 * symbolic links. A file that takes the place of a named one later cannot be opened. Returns 0,
 * also if the kernel has no Landlock; or -errno.
 */
int material_places_enter(const struct policy *policy);
