/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Reading with the writer's user id. A descriptor can be handed to another process after it was
 * connected, so that SO_PEERCRED does not say who writes. On a socket with SO_PASSCRED the kernel
 * adds to each message the real uid of its writer, and never merges bytes of different processes.
 */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Asks the kernel for the writer of each message, or not any more. Bytes that were written before
 * have the uid 65534. Returns 0 or -errno. */
int writer_ask(int socket, bool wanted);

/*
 * Reads bytes of one writer, whose uid becomes *uidp, without blocking. Descriptors that a client
 * passes are not received. Returns how many bytes were read, 0 at the end of the stream, -EAGAIN if
 * there is nothing, -EPERM if the writer is not known or passes descriptors, or -errno.
 */
ssize_t writer_receive(int socket, void *room, size_t n_room, uid_t *uidp);
