/* SPDX-License-Identifier: MIT */
#pragma once

/* Makes a listening Unix socket where no service manager passes one. */

#include <sys/types.h>

/* A bound path and the inode of the socket there, so that only this socket is removed again. */
struct listen_path {
    char path[108];
    dev_t device;
    ino_t inode;
};

/*
 * Binds and listens at `path`, which has the permissions `mode`. The socket gets a temporary name
 * first and is then renamed, so that the path appears only once connections are taken. A socket
 * that nobody listens on is replaced; a socket that answers, and anything that is not a socket, is
 * left alone. The descriptor is close-on-exec, does not block, and has SO_PASSCRED, which accepted
 * connections inherit.
 *
 * Returns 0 with *fdp and *bound; or -errno (already logged).
 */
int listen_open(int *fdp, struct listen_path *bound, const char *path, mode_t mode);

/* Removes the path if it is still what listen_open put there. */
void listen_remove(const struct listen_path *bound);
