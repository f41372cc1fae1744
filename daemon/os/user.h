/* SPDX-License-Identifier: MIT */
#pragma once

/* Who the processes run as. */

#include <stdbool.h>
#include <sys/types.h>

/* Zero-initialised: nothing to become. */
struct user {
    bool change; /* false: stay who we are */
    uid_t uid;
    gid_t gid;
};

/*
 * Finds the user that front and verifiers become. Started without privilege there is none, and
 * naming one is an error. Started as root it is `name`, or without a name `certnamed`, else
 * `nobody`; never root.
 *
 * 0 or -EINVAL (already logged).
 */
int user_find(struct user *user, const char *name);

/* Becomes the user for good: no groups, and no way back. 0 or -errno. */
int user_become(const struct user *user);

/*
 * Goes without all but what user_drop_capabilities keeps, until user_raise_capabilities: what is
 * read meanwhile can be read again later. Nothing happens without privilege. 0 or -errno.
 */
int user_lower_capabilities(void);
int user_raise_capabilities(void);

/* What the supervisor keeps of root: killing and becoming. Nothing happens without privilege. 0 or
 * -errno. */
int user_drop_capabilities(void);
