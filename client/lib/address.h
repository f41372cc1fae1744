/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Where certnamed listens. A path that the caller or the environment names is theirs to answer for;
 * the built-in one is used only where nobody but root can have put a socket.
 */

#include <stdbool.h>
#include <sys/un.h>

#include "client/lib/failure.h"

struct address {
    char *path; /* ours; perhaps too long, if the environment says so */
    bool is_default;
};

/*
 * CERTNAMED_SOCKET, unless the program is set-id, else the built-in path. 0 or CERTNAME_ERR_MEMORY.
 */
int address_init(struct address *address);
void address_deinit(struct address *address);

/*
 * 0; CERTNAME_ERR_ARGUMENT for an empty or too long path; CERTNAME_ERR_MEMORY. Unchanged unless 0.
 */
int address_set(struct address *address, const char *path);

/* What to connect to; sun_path ends in NUL. 0, or an enum certname_error and why. */
int address_resolve(const struct address *address, struct sockaddr_un *target,
                    struct failure *failure);

/*
 * Whether only root can have put a socket at an absolute path: each folder on the way is root's and
 * nobody else may write it, and what lies there is a socket and no link. 0,
 * CERTNAME_ERR_UNAVAILABLE if something is not there, or CERTNAME_ERR_UNTRUSTED_DAEMON.
 */
int address_check(const char *path, struct failure *failure);
