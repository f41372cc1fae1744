/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Opens files and folders that only root or the effective user can have changed. The file or
 * folder, every folder on the path from the root, and every symbolic link on it must belong to root
 * or to the effective user. Except for links, neither group nor others may have the right to write;
 * a sticky folder that belongs to root is allowed. The checks are made on the descriptors that are
 * opened, so nothing can be replaced between check and use.
 */

#include <stdbool.h>
#include <stdint.h>

#include "daemon/policy/policy.h"

enum policy_trusted_path_outcome {
    POLICY_TRUSTED_PATH_REFUSED = 1, /* something is unsafe or cannot be opened; *error says what */
    POLICY_TRUSTED_PATH_ABSENT = 2,  /* the path does not exist, and no link was followed; a link to
                                        nothing is refused instead */
};

/*
 * Opens the regular file at `path` for reading. Returns 0, and *fdp belongs to the caller; or
 * POLICY_TRUSTED_PATH_REFUSED, also if the file does not exist.
 */
int policy_trusted_path_file(int *fdp, const char *path, struct policy_error *error);

/*
 * Opens the folder at `path` with O_PATH. Returns 0, and *fdp belongs to the caller; or an enum
 * policy_trusted_path_outcome.
 */
int policy_trusted_path_folder(int *fdp, const char *path, struct policy_error *error);

/*
 * Opens a regular file for reading or a folder with O_PATH; *is_folderp says which one it is.
 * Returns 0, and *fdp belongs to the caller; or POLICY_TRUSTED_PATH_REFUSED, also if nothing exists
 * at `path`. What belongs to the user `owner` is accepted too; 0 accepts no other user.
 */
int policy_trusted_path_any(int *fdp, bool *is_folderp, const char *path, uint32_t owner,
                            struct policy_error *error);
