/* SPDX-License-Identifier: MIT */
#pragma once

/* The user that the processes run as, and the capabilities of the supervisor. */

#include <stdbool.h>
#include <sys/types.h>

/* Zero-initialised, it means to stay the present user. */
struct user {
    bool change; /* false: stay the present user */
    uid_t uid;
    gid_t gid;
};

/*
 * Finds the user that front and verifiers become. Started without privilege there is none, and
 * naming one is an error. Started as root it is `name`, or without a name the user certnamed. Root,
 * nobody and the overflow uid 65534 are refused, because a process of the same uid could signal or
 * trace the daemon's processes.
 *
 * Returns 0 or -EINVAL (already logged).
 */
int user_find(struct user *user, const char *name);

/* Becomes the user for good, with its group and no supplementary groups. Returns 0 or -errno. */
int user_become(const struct user *user);

/*
 * Lowers the effective capabilities to those that user_drop_capabilities keeps, until
 * user_raise_capabilities: a file that can be read meanwhile can be read again at a reload. Both do
 * nothing unless the process is root. Return 0 or -errno.
 */
int user_lower_capabilities(void);
int user_raise_capabilities(void);

/* Drops all capabilities but those to kill processes and to become another user, which the
 * supervisor needs. Does nothing unless the process is root. Returns 0 or -errno. */
int user_drop_capabilities(void);
