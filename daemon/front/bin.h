/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Closing clients' sockets without waiting. A client may pass descriptors, and whoever drops the
 * last reference to one may have to wait for it: for a TCP socket with SO_LINGER, for a huge file
 * in memory, or for the server of a FUSE file. The front therefore never closes a socket that may
 * hold such descriptors. It hands the socket to the bin, a process of its own (bin_keeper.h), whose
 * children drop it by ending.
 *
 * Where the kernel has SO_PASSRIGHTS (Linux 6.16) and it is off for a socket, nothing can be passed
 * on it, and the socket is closed right away. On other kernels every client's socket goes to the
 * bin, because there a close also collects garbage of other processes.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <event2/event.h>

#include "daemon/front/account.h"

struct bin;

struct bin_callbacks {
    /* Called when the bin's process has ended: the front cannot go on without it. */
    void (*ended)(void *context);
    /* Called when a socket that waited for room in the bin has left the front. */
    void (*unparked)(void *context);
    void *context;
};

/* Makes the front's side of the bin. `socket` is connected to the bin's process and stays the
 * caller's. `has_option`: the kernel has SO_PASSRIGHTS. Returns 0, and *binp is the caller's; or
 * -ENOMEM. */
int bin_new(struct bin **binp, struct event_base *base, int socket, bool has_option,
            const struct bin_callbacks *callbacks);

/* Frees the front's side and leaves the sockets that still wait to the end of this process. NULL is
 * ignored. Returns NULL. */
struct bin *bin_free(struct bin *bin);

/* Returns whether descriptors may be passed on this socket: all but those for which SO_PASSRIGHTS
 * reads 0. */
bool bin_may_get_rights(int socket);

/*
 * Receives input without waiting, and never a descriptor: the front would have to drop it, and that
 * may take for ever. Where a socket gets rights, a peek without room for descriptors shows whether
 * the input carries one. Returns what recv does, with errno EPERM if there is one; the input stays
 * unread then, and bin_close hands the socket to the bin.
 */
ssize_t bin_receive(int socket, void *room, size_t n_room, bool gets_rights);

/*
 * Closes a client's socket, by way of the bin if it may hold passed descriptors. `gets_rights` is
 * what bin_may_get_rights returned for it. If the bin takes nothing at the moment, the socket waits
 * in the front and is charged to the account as a connection until then; NULL charges nobody.
 *
 * Input that the client has sent and that was not read may carry descriptors, so it counts as such:
 * the account is charged the CPU time of a whole verification. Returns whether there was any.
 */
bool bin_close(struct bin *bin, int socket, struct account *account, bool gets_rights);

/* Returns how many sockets wait in the front. */
size_t bin_count_parked(const struct bin *bin);
