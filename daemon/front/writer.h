/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Reads from a socket together with the uid of the writer. A connected descriptor can be handed to
 * another process, so that SO_PEERCRED does not say who writes. On a socket with SO_PASSCRED the
 * kernel adds the real uid of the writer to each message, and never merges bytes of different
 * writers.
 */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/*
 * Makes the kernel name the writer of each message from now on, or stop doing so. Bytes written
 * before that have the uid 65534. Returns 0 or -errno.
 */
int writer_ask(int socket, bool wanted);

/*
 * Reads bytes that one process wrote, without waiting, and sets *uidp to its uid. Descriptors that
 * a client passes are not received. Returns the number of bytes, 0 at the end of the stream,
 * -EAGAIN if there are none, -EPERM if the writer is not known or passes descriptors, or another
 * -errno.
 */
ssize_t writer_receive(int socket, void *room, size_t n_room, uid_t *uidp);
