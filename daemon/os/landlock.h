/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>

/* Landlock takes the file system, TCP and signals away from a process, whatever system calls its
 * seccomp filter allows. */

/* Returns the version of Landlock's interface that this kernel offers; 0 where it has none, or
 * Landlock is switched off. */
int landlock_abi(void);

/*
 * Confines this process for good. It cannot open a file any more; with version 4 it cannot bind or
 * connect a TCP socket; with version 6 it cannot connect to an abstract socket or signal a process
 * outside. Open descriptors stay usable. Comes after PR_SET_NO_NEW_PRIVS. Returns 0, also where the
 * kernel has no Landlock; or -errno.
 */
int landlock_enter(void);

/*
 * Confines where this process and its children can write: below these folders, `n` of them, and
 * nowhere else can a file be made, removed, renamed or opened for writing. Reading and executing
 * stay as they are, and so do open descriptors. A folder that does not exist is skipped. Comes
 * after PR_SET_NO_NEW_PRIVS. Returns 0, also where the kernel has no Landlock; or -errno.
 */
int landlock_enter_writing(const char *const *folders, size_t n);
