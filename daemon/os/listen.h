/* SPDX-License-Identifier: MIT */
#pragma once

/* Makes a listening Unix socket, for when no service manager passes one. */

#include <sys/types.h>

/*
 * A path that was bound, and the inode of the socket at it, so that listen_remove removes only this
 * socket.
 */
struct listen_path {
    char path[108];
    dev_t device;
    ino_t inode;
};

/*
 * Binds a socket at `path` with the permissions `mode`, and listens. The socket gets a temporary
 * name first and is then renamed, so that `path` appears only when the socket accepts connections.
 * A socket at `path` that nobody listens on is replaced; a socket that answers, and anything that
 * is not a socket, is left alone. The descriptor is close-on-exec, does not block, and has
 * SO_PASSCRED, which accepted connections inherit.
 *
 * Returns 0 with *fdp and *bound; or -errno (already logged).
 */
int listen_open(int *fdp, struct listen_path *bound, const char *path, mode_t mode);

/* Removes the path if the socket that listen_open made is still there. */
void listen_remove(const struct listen_path *bound);
