/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Makes and applies seccomp filters. If memory runs out, libseccomp crashes or leaves system calls
 * out. Therefore two child processes build each filter, and the process that is to be confined
 * takes over the instructions if both have made the same ones.
 */

#include <stdint.h>

#include <seccomp.h>

#include "daemon/os/sandbox.h"

/*
 * Adds the rules of a filter. `argument` is the one that was given to filter_make. Returns 0 or
 * -errno.
 */
typedef int (*filter_build_fn)(scmp_filter_ctx context, int argument);

/*
 * Makes a filter whose action is `otherwise` (an action of libseccomp) for every system call
 * without a rule. *filter is empty before. Returns 0, and *filter belongs to the caller; or -errno,
 * which is -ENOMEM if a child crashed or failed, or the two filters differ.
 */
int filter_make(struct sandbox_filter *filter, uint32_t otherwise, filter_build_fn build,
                int argument);

/*
 * Takes over a filter that another process has made, in a sealed memory file. Returns 0, and
 * *filter owns the descriptor; or -errno.
 */
int filter_take(struct sandbox_filter *filter, int fd);

/*
 * Confines this process permanently. PR_SET_NO_NEW_PRIVS must be set before. Returns 0; or -errno,
 * which has been logged.
 */
int filter_enter(const struct sandbox_filter *filter);

/* Makes a filter, applies it to this process, and frees it. Returns 0 or -errno. */
int filter_make_and_enter(uint32_t otherwise, filter_build_fn build, int argument);

/*
 * Adds a rule with this action for each system call of the list. A call that this architecture does
 * not have is skipped, because nobody can make it. Returns 0 or -errno.
 */
int filter_add(scmp_filter_ctx context, uint32_t action, const int *calls, size_t n_calls);
