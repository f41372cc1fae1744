/* SPDX-License-Identifier: MIT */
#pragma once

/* Why a configuration cannot be loaded: a policy_error, whether or not a file is at fault. */

#include <stddef.h>

#include "daemon/policy/policy.h"

/* The largest text that load_error_text writes, with its NUL. */
#define LOAD_ERROR_BYTES (sizeof(struct policy_error) + 16)

/* Fills *error with a message that names no file: the failure is not the fault of one. Returns r.
 */
int load_error_set(struct policy_error *error, int r, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Writes "FILE:LINE: MESSAGE" into `text`, without the parts that *error does not have; a text of
 * more than `size` bytes is cut. Returns `text`. */
const char *load_error_text(const struct policy_error *error, char *text, size_t size);
