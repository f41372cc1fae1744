/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Whether the process that listens on a socket may be certnamed. SO_PEERCRED of a connected Unix
 * socket has the uid of the process that called listen(2). It must be root, the caller's own
 * effective uid, or the uid that the library was built for (--with-daemon-uid).
 *
 * In a user namespace every uid that has no number there reads as 65534. Such a uid proves nothing:
 * it may be root's or anybody's. It is refused unless the program asked to trust it.
 */

#include <stdbool.h>
#include <sys/types.h>

#include "client/lib/failure.h"

enum daemon_uid_trust {
    DAEMON_UID_FOREIGN = 0, /* another user */
    DAEMON_UID_TRUSTED,
    DAEMON_UID_UNMAPPED, /* a uid that has no number in this user namespace */
};

/*
 * Judges a uid. `own` is the caller's effective uid; `uid_map` is the text of /proc/self/uid_map,
 * or NULL where it could not be read, which makes 65534 an unmapped uid.
 */
enum daemon_uid_trust daemon_uid_judge(uid_t uid, uid_t own, const char *uid_map);

/* Judges the owner of a folder on the way to the socket: only root is trusted. */
enum daemon_uid_trust daemon_uid_judge_owner(uid_t uid);

/*
 * Checks the process that listens at the other end of a connected socket. With `trust_unmapped` an
 * unmapped uid is trusted. `path` is for the message only. Returns 0; or
 * CERTNAME_ERR_UNTRUSTED_DAEMON and fills in the failure.
 */
int daemon_uid_check(int fd, bool trust_unmapped, const char *path, struct failure *failure);

/* Fills in the failure for an unmapped uid of `what`. Returns CERTNAME_ERR_UNTRUSTED_DAEMON. */
int daemon_uid_refuse_unmapped(const char *path, const char *what, struct failure *failure);
