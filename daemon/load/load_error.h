/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Describes why a configuration cannot be loaded. It is a policy_error, also if no file is at
 * fault.
 */

#include <stddef.h>

#include "daemon/policy/policy.h"

/* The most bytes that load_error_text writes, with the NUL. */
#define LOAD_ERROR_BYTES (sizeof(struct policy_error) + 16)

/*
 * Fills in *error with a message and no file, for a failure that is not the fault of a file.
 * Returns r.
 */
int load_error_set(struct policy_error *error, int r, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/*
 * Writes "FILE:LINE: MESSAGE" to `text`, without file and line if *error has none; a text of more
 * than `size` bytes is cut. Returns `text`.
 */
const char *load_error_text(const struct policy_error *error, char *text, size_t size);
