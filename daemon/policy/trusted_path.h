/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Opens files and folders that only root or the effective user can have changed. The file or
 * folder, every folder on the path from the root, and every symbolic link on it must belong to root
 * or to the effective user; except for links, neither group nor others may have the right to write
 * (a sticky folder that belongs to root is allowed). The checks are made on the descriptors that
 * are opened, so nothing can be exchanged between check and use.
 */

#include <stdbool.h>

#include "daemon/policy/policy.h"

enum policy_trusted_path_outcome {
    POLICY_TRUSTED_PATH_REFUSED = 1, /* see *error */
    POLICY_TRUSTED_PATH_ABSENT = 2,  /* the path does not exist and no link led away from it; a link
                                        that leads to nothing is refused instead */
};

/*
 * Opens the regular file at `path` for reading. Returns 0 and the caller owns *fdp; or
 * POLICY_TRUSTED_PATH_REFUSED, also for a file that does not exist.
 */
int policy_trusted_path_file(int *fdp, const char *path, struct policy_error *error);

/* Opens the folder at `path` with O_PATH. Returns 0 and the caller owns *fdp; or an outcome. */
int policy_trusted_path_folder(int *fdp, const char *path, struct policy_error *error);

/*
 * Opens a regular file for reading or a folder with O_PATH; *is_folderp says which it is. Returns 0
 * and the caller owns *fdp; or POLICY_TRUSTED_PATH_REFUSED, also for what does not exist.
 */
int policy_trusted_path_any(int *fdp, bool *is_folderp, const char *path,
                            struct policy_error *error);
