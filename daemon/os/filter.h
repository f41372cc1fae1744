/* SPDX-License-Identifier: MIT */
#pragma once

/* Seccomp filters. libseccomp crashes where memory runs out, so that it builds each filter in a
 * child, and the process that is to be confined takes over the instructions. */

#include <stdint.h>

#include <seccomp.h>

#include "daemon/os/sandbox.h"

/* Adds the rules of a filter; `argument` is filter_make's. Returns 0 or -errno. */
typedef int (*filter_build_fn)(scmp_filter_ctx context, int argument);

/*
 * Makes a filter that does `otherwise`, one of libseccomp's actions, at any call without a rule.
 * Returns 0, and *filter is the caller's; or -errno, -ENOMEM if the child crashed or failed.
 */
int filter_make(struct sandbox_filter *filter, uint32_t otherwise, filter_build_fn build,
                int argument);

/* Takes over the filter in a sealed memory file, which another process made. Returns 0, and *filter
 * owns the descriptor; or -errno. */
int filter_take(struct sandbox_filter *filter, int fd);

/* Confines this process for good. Comes after PR_SET_NO_NEW_PRIVS. Returns 0; or -errno, which has
 * been logged. */
int filter_enter(const struct sandbox_filter *filter);

/* Makes a filter, enters it and frees it. Returns 0 or -errno. */
int filter_make_and_enter(uint32_t otherwise, filter_build_fn build, int argument);

/* Adds a rule with this action for each call. One that this architecture does not have cannot be
 * made either. Returns 0 or -errno. */
int filter_add(scmp_filter_ctx context, uint32_t action, const int *calls, size_t n_calls);
