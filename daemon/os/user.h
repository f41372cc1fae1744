/* SPDX-License-Identifier: MIT */
#pragma once

/* The user that the other processes run as, and the capabilities of the supervisor. */

#include <stdbool.h>
#include <sys/types.h>

/* Zero-initialised, it stands for the present user. */
struct user {
    bool change; /* false: the process keeps the present user */
    uid_t uid;
    gid_t gid;
};

/*
 * Finds the user that front and verifiers become. If the daemon was started without privilege they
 * keep its user, and a `name` is an error. If it was started as root the user is `name`, or without
 * a name the user certnamed. Root, nobody and the overflow uid 65534 are refused, because another
 * process with the same uid could signal or trace the daemon's processes.
 *
 * Returns 0; or -EINVAL or another -errno (already logged).
 */
int user_find(struct user *user, const char *name);

/* Becomes the user for good, with its group and no supplementary groups. Returns 0 or -errno. */
int user_become(const struct user *user);

/*
 * user_lower_capabilities restricts the effective capabilities to those that user_drop_capabilities
 * keeps, until user_raise_capabilities is called. A file that can be read in between can thus be
 * read at a reload too. Both do nothing unless the process is root. Return 0 or -errno.
 */
int user_lower_capabilities(void);
int user_raise_capabilities(void);

/*
 * Drops all capabilities except those that the supervisor needs: to kill processes and to become
 * another user. Does nothing unless the process is root. Returns 0 or -errno.
 */
int user_drop_capabilities(void);
