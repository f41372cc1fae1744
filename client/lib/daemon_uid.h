/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Decides whether the process that listens on a socket may be certnamed. SO_PEERCRED of a connected
 * Unix socket gives the uid of the process that called listen(2). That uid must be root's, the
 * caller's effective uid, or the uid that the library was built for (--with-daemon-uid).
 *
 * In a user namespace every user without a uid in that namespace is shown as 65534, so that this
 * number proves nothing: it may be root or anybody. It is refused unless the program asked to trust
 * it.
 */

#include <stdbool.h>
#include <sys/types.h>

#include "client/lib/failure.h"

enum daemon_uid_trust {
    DAEMON_UID_FOREIGN = 0, /* another user, who is not trusted */
    DAEMON_UID_TRUSTED,
    DAEMON_UID_UNMAPPED, /* a user who has no uid in this user namespace */
};

/*
 * Judges a uid. `own` is the caller's effective uid. `uid_map` is the text of /proc/self/uid_map;
 * if it is NULL, because the file could not be read, 65534 counts as unmapped.
 */
enum daemon_uid_trust daemon_uid_judge(uid_t uid, uid_t own, const char *uid_map);

/* Judges the owner of a folder that leads to the socket: only root is trusted. */
enum daemon_uid_trust daemon_uid_judge_owner(uid_t uid);

/*
 * Checks the process that listens at the other end of a connected socket. With `trust_unmapped` a
 * user without a uid in this namespace is trusted. `path` is used only in the message. Returns 0;
 * or CERTNAME_ERR_UNTRUSTED_DAEMON and fills in the failure.
 */
int daemon_uid_check(int fd, bool trust_unmapped, const char *path, struct failure *failure);

/*
 * Fills in the failure for a user without a uid in this namespace. `what` names the object with
 * that owner. Returns CERTNAME_ERR_UNTRUSTED_DAEMON.
 */
int daemon_uid_refuse_unmapped(const char *path, const char *what, struct failure *failure);
