/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>

/*
 * Landlock takes the file system, TCP and signals away from a process, independently of the system
 * calls that its seccomp filter allows.
 */

/*
 * Returns the version of Landlock's interface that this kernel offers; 0 if the kernel lacks
 * Landlock or it is switched off.
 */
int landlock_abi(void);

/*
 * Confines this process for good. It cannot open a file any more. With version 4 of the interface
 * it cannot bind or connect a TCP socket either; with version 6 it cannot connect to an abstract
 * socket or signal a process outside. Open descriptors stay usable. PR_SET_NO_NEW_PRIVS has to be
 * set before. Returns 0, also if the kernel has no Landlock; or -errno,
 * which is -EPERM if a file can be opened all the same.
 */
int landlock_enter(void);

/*
 * Confines where this process and its children can write. Only below the `n` folders can a file be
 * created, removed, renamed or opened for writing. Reading, executing and open descriptors are not
 * affected. A folder that does not exist is skipped. PR_SET_NO_NEW_PRIVS has to be set before.
 * Returns 0, also if the kernel has no Landlock; or -errno.
 */
int landlock_enter_writing(const char *const *folders, size_t n);
