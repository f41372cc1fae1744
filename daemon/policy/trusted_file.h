/* SPDX-License-Identifier: MIT */
#pragma once

/* Reads a configuration file that only root or the effective user can have written. */

#include <stddef.h>

#include "daemon/policy/policy.h"

/*
 * Reads the whole of `path` if it passes policy_trusted_path_file and has at most
 * POLICY_FILE_BYTES. *textp is malloc'ed and belongs to the caller; *lenp is its length in bytes,
 * without a NUL.
 *
 * Returns 0; 1 if the file is refused or cannot be read (see *error); or -ENOMEM.
 */
int policy_trusted_file_read(char **textp, size_t *lenp, const char *path,
                             struct policy_error *error);
