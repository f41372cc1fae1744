/* SPDX-License-Identifier: MIT */
#pragma once

/* The way to a file or folder that nobody else can have changed. */

#include "daemon/policy/policy.h"

enum policy_walk_outcome {
    POLICY_WALK_REFUSED = 1, /* see *error */
    POLICY_WALK_ABSENT = 2,  /* it, or a folder on its way, does not exist; a link to nothing is
                                refused instead */
};

/*
 * Opens the regular file at `path` for reading, if it, every folder on its way and every symbolic
 * link belong to root or to the effective user and can be written by nobody else. 0 and *fdp is the
 * caller's; or POLICY_WALK_REFUSED.
 */
int policy_walk_file(int *fdp, const char *path, struct policy_error *error);

/* The same for a folder, with O_PATH. 0, or an outcome. */
int policy_walk_folder(int *fdp, const char *path, struct policy_error *error);

/* The same for either; *is_folderp says which. 0, or POLICY_WALK_REFUSED. */
int policy_walk_any(int *fdp, bool *is_folderp, const char *path, struct policy_error *error);
