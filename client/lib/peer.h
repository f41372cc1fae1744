/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Who may be certnamed. SO_PEERCRED of a connected Unix socket names whoever called listen(2): it
 * must be root, the caller's own effective uid, or the uid that the library was built for.
 *
 * 65534 is no uid but what the kernel shows for one that the caller's user namespace has no number
 * for. Where root has none, root reads so; anywhere else it says nothing. What cannot be read is
 * not trusted.
 */

#include <stdbool.h>
#include <sys/types.h>

#include "client/lib/failure.h"

/* The text of /proc/self/uid_map, or NULL where it could not be read. */
bool peer_uid_is_root(uid_t uid, const char *uid_map);
bool peer_uid_is_trusted(uid_t uid, uid_t own, const char *uid_map);

/* peer_uid_is_root() for the namespace of this process. */
bool peer_owner_is_root(uid_t uid);

/* 0, or CERTNAME_ERR_UNTRUSTED_DAEMON; the path is for the message alone. */
int peer_check(int fd, const char *path, struct failure *failure);
