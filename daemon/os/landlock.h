/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>
#include <stdint.h>

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
 * Confines this process permanently, so that it cannot open files any more. With version 4 of the
 * interface it also cannot bind or connect TCP sockets; with version 6 it also cannot connect to
 * abstract sockets or signal processes outside. Open descriptors can still be used.
 * PR_SET_NO_NEW_PRIVS must be set before. Returns 0, also if the kernel has no Landlock; or -errno,
 * which is -EPERM if a file can still be opened.
 */
int landlock_enter(void);

/*
 * Confines where this process and its children can write. Only below the `n` folders can a file be
 * created, removed, renamed or opened for writing. Reading, executing and open descriptors are not
 * affected. A folder that does not exist is skipped. PR_SET_NO_NEW_PRIVS has to be set before.
 * Returns 0, also if the kernel has no Landlock; or -errno.
 */
int landlock_enter_writing(const char *const *folders, size_t n);

/* A set of files that a process may read. The caller adds the files one by one, and then confines
 * the process to them. */
struct landlock {
    int fd;         /* a ruleset; -1 if the kernel has no Landlock */
    uint64_t files; /* the rights to files that the ruleset takes away */
};

/*
 * Begins a confinement in which nothing can be opened but what landlock_allow_reading allows.
 * Returns 0, also if the kernel has no Landlock; or -errno. *landlock is to be closed in any case.
 */
int landlock_open(struct landlock *landlock);

/*
 * Allows to read a file, or a folder with everything below it. `fd` is open, O_PATH suffices, and
 * stays the caller's. Returns 0 or -errno.
 */
int landlock_allow_reading(struct landlock *landlock, int fd);

/*
 * Confines this process permanently. PR_SET_NO_NEW_PRIVS has to be set before. Returns 0, also if
 * the kernel has no Landlock; or -errno.
 */
int landlock_confine(const struct landlock *landlock);

/* Frees the ruleset. May be called twice. */
void landlock_close(struct landlock *landlock);
