/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Closes clients' sockets without waiting. A client may pass descriptors over its socket, and the
 * process that drops the last reference to such a descriptor may have to wait: for a TCP socket
 * with SO_LINGER, for a huge file in memory, or for the server of a FUSE file. The front therefore
 * never closes a socket that may hold passed descriptors. It hands the socket to the bin, a
 * separate process (bin_keeper.h), whose children drop the socket by ending.
 *
 * If the kernel has SO_PASSRIGHTS (Linux 6.16) and it is off for a socket, nothing can be passed
 * over it, and the socket is closed at once. On other kernels every client's socket goes to the
 * bin, because on those a close also runs the collection of unreachable sockets of other processes.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <event2/event.h>

#include "daemon/front/account.h"

struct bin;

struct bin_callbacks {
    /* Called when the bin's process has ended. The front cannot work without it. */
    void (*ended)(void *context);
    /* Called when a parked socket has been handed over. */
    void (*unparked)(void *context);
    void *context;
};

/*
 * Makes the front's side of the bin. `socket` is connected to the bin's process and still belongs
 * to the caller. `has_option` says whether the kernel has SO_PASSRIGHTS. Returns 0, and *binp
 * belongs to the caller; or -ENOMEM.
 */
int bin_new(struct bin **binp, struct event_base *base, int socket, bool has_option,
            const struct bin_callbacks *callbacks);

/*
 * Frees the front's side; does nothing for NULL. Sockets that are still parked stay open until this
 * process ends. Returns NULL.
 */
struct bin *bin_free(struct bin *bin);

/*
 * Returns whether descriptors may be passed over this socket: true unless SO_PASSRIGHTS reads 0 for
 * it.
 */
bool bin_may_get_rights(int socket);

/*
 * Receives input without waiting, and never receives a descriptor, because the front would have to
 * drop it, which may take any time. If `gets_rights`, the input is first peeked at, without room
 * for descriptors, which shows whether it carries one. Returns what recv returns. If the input
 * carries a descriptor, errno is EPERM and the input stays unread, so that bin_close hands the
 * socket to the bin.
 */
ssize_t bin_receive(int socket, void *room, size_t n_room, bool gets_rights);

/*
 * Closes a client's socket, through the bin if it may hold passed descriptors. `gets_rights` is
 * what bin_may_get_rights returned for the socket. If the bin does not take the socket at once it
 * is parked in the front, and meanwhile charged to the account as a connection, unless the account
 * is NULL.
 *
 * Input that the client sent and the front did not read may carry descriptors, and counts as if it
 * did: the account is charged the CPU time of a whole verification. Returns whether there was such
 * input.
 */
bool bin_close(struct bin *bin, int socket, struct account *account, bool gets_rights);

/* Returns the number of parked sockets. */
size_t bin_count_parked(const struct bin *bin);
