/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Finds the path of certnamed's socket. A path that the program or the environment names is
 * trusted. The built-in path is used only if nobody but root can have put a socket there.
 */

#include <stdbool.h>
#include <sys/un.h>

#include "client/lib/failure.h"

struct address {
    char *path; /* the path, which the struct owns; a path from the environment may be too long for
                   a socket */
    bool is_default;     /* whether it is the built-in path */
    bool trust_unmapped; /* trust a folder whose owner has no uid in this user namespace */
};

/*
 * Takes the path from CERTNAMED_SOCKET unless the program is set-id; else the built-in path.
 * Returns 0 or CERTNAME_ERR_MEMORY.
 */
int address_init(struct address *address);
void address_deinit(struct address *address);

/* Makes a copy of an address. Returns 0 or CERTNAME_ERR_MEMORY. */
int address_copy(struct address *copy, const struct address *address);

/*
 * Sets the path. Returns 0; CERTNAME_ERR_ARGUMENT if the path is empty or too long for a socket; or
 * CERTNAME_ERR_MEMORY. After an error the address is unchanged.
 */
int address_set(struct address *address, const char *path);

/*
 * Fills in the socket address to connect to; the path in it ends in NUL. Returns 0; or a negative
 * enum certname_error and fills in the failure.
 */
int address_resolve(const struct address *address, struct sockaddr_un *target,
                    struct failure *failure);

/*
 * Checks that only root can have put a socket at an absolute path: root owns each folder that leads
 * to it, nobody else may write to those folders, and the path itself is a socket and no symbolic
 * link. Returns 0, CERTNAME_ERR_UNAVAILABLE if a part of the path does not exist, or
 * CERTNAME_ERR_UNTRUSTED_DAEMON; fills in the failure unless it returns 0.
 */
int address_check(const char *path, bool trust_unmapped, struct failure *failure);
