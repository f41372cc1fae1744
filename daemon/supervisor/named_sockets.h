/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The listening sockets for requests that have a name, so that sections `client` of the policy can
 * refer to them: those that the service manager passed, which stay as long as the daemon, and those
 * that the policy opens, which belong to a generation. One that the next generation wants too is
 * kept open.
 */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "daemon/limits.h"
#include "daemon/os/activation.h"
#include "daemon/os/listen.h"
#include "daemon/policy/policy.h"

struct named_socket {
    char name[LIMIT_SOCKET_NAME_BYTES];
    int fd;
    bool is_passed; /* the service manager's, which is never closed or replaced */
    mode_t mode;
    struct listen_path bound; /* where it was bound, unless it was passed */
};

/* Zero-initialised there is none. */
struct named_sockets {
    size_t n;
    struct named_socket sockets[LIMIT_NAMED_SOCKETS_COUNT];
};

/* Takes over the named sockets that the service manager passed; they stay open. */
void named_sockets_take(struct named_sockets *sockets, const struct activation *passed);

/*
 * Opens what the policy's sections `listen` name, beside the passed sockets of `old`. A socket that
 * `old` has with the same name, path and mode is shared with it. Refused are a name that two
 * sockets would have, a path at which `old` has another socket, and a section `client` for a socket
 * that is not there: its clients would get a weaker policy at another one.
 *
 * Returns 0; or 1 or -errno, and *error has the reason, *sockets is empty, and `old` has not
 * changed.
 */
int named_sockets_open(struct named_sockets *sockets, const struct named_sockets *old,
                       const struct policy *policy, struct policy_error *error);

/* Returns the socket of this name; NULL if there is none. */
const struct named_socket *named_sockets_find(const struct named_sockets *sockets,
                                              const char *name);

/* Closes what `next` does not share, or everything but passed sockets if `next` is NULL, and
 * empties *sockets. Safe twice. */
void named_sockets_close(struct named_sockets *sockets, const struct named_sockets *next);
