/* SPDX-License-Identifier: MIT */
#pragma once

/* The listening socket where no service manager passes one. */

#include <sys/types.h>

/* A bound path and the inode that was put there: only that is taken away again. */
struct listen_path {
    char path[108];
    dev_t device;
    ino_t inode;
};

/*
 * Binds and listens at `path` so that the path appears only when it answers: under a temporary name
 * first, then renamed. A socket that nobody listens on any more is replaced; one that answers, or
 * what is no socket, is left alone. Who may connect is up to `mode`. The descriptor is
 * close-on-exec and does not block.
 *
 * 0 and *fdp, *bound; or -errno (already logged).
 */
int listen_open(int *fdp, struct listen_path *bound, const char *path, mode_t mode);

/* Removes the path if it is still what listen_open put there. */
void listen_remove(const struct listen_path *bound);
