/* SPDX-License-Identifier: MIT */
#pragma once

/* Reading a file that nobody else can have written. */

#include <stddef.h>

#include "daemon/policy/policy.h"

/*
 * Reads all of `path`, of at most POLICY_FILE_BYTES, if the file, every folder on its way and every
 * symbolic link belong to root or to the effective user and can be written by nobody else. *textp
 * is malloc'ed and the caller's.
 *
 * 0, or 1 if it is refused or cannot be read (see *error), or -ENOMEM.
 */
int policy_file_read(char **textp, size_t *lenp, const char *path, struct policy_error *error);
