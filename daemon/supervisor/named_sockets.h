/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The listening sockets for requests that have a name, by which sections `client` of the policy
 * refer to them. Some were passed by the service manager and stay as long as the daemon runs. The
 * policy opens the others, which belong to a generation; one that the next generation wants too is
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
    bool is_passed; /* passed by the service manager; never closed or replaced */
    mode_t mode;
    struct listen_path bound; /* the path it was bound to, unless it was passed */
};

/* A zero-initialised struct holds no sockets. */
struct named_sockets {
    size_t n;
    struct named_socket sockets[LIMIT_NAMED_SOCKETS_COUNT];
};

/* Adds the named sockets that the service manager passed; they stay open. */
void named_sockets_take(struct named_sockets *sockets, const struct activation *passed);

/*
 * Opens the sockets of the policy's sections `listen`, in addition to the passed sockets of `old`.
 * A socket that `old` has with equal name, path and mode is shared with it. It is an error if two
 * sockets would have one name, if `old` has another socket at a path, or if there is a section
 * `client` for a socket that does not exist, because its clients would then ask at another socket
 * and get a weaker policy.
 *
 * Returns 0; or 1 or -errno, and *error has the reason, *sockets is empty, and `old` is unchanged.
 */
int named_sockets_open(struct named_sockets *sockets, const struct named_sockets *old,
                       const struct policy *policy, struct policy_error *error);

/* Returns the socket with this name; NULL if there is none. */
const struct named_socket *named_sockets_find(const struct named_sockets *sockets,
                                              const char *name);

/*
 * Closes the sockets that `next` does not share (if `next` is NULL, all except passed ones) and
 * empties *sockets. May be called twice.
 */
void named_sockets_close(struct named_sockets *sockets, const struct named_sockets *next);
