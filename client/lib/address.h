/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The path of certnamed's socket. A path that the program or the environment names is trusted. The
 * built-in path is used only if nobody but root can have put a socket there.
 */

#include <stdbool.h>
#include <sys/un.h>

#include "client/lib/failure.h"

struct address {
    char *path;          /* owned; too long for a socket where the environment has such a path */
    bool is_default;     /* the built-in path */
    bool trust_unmapped; /* folders of an owner without a uid in this namespace are trusted */
};

/*
 * Takes the path from CERTNAMED_SOCKET unless the program is set-id, else the built-in one.
 * Returns 0 or CERTNAME_ERR_MEMORY.
 */
int address_init(struct address *address);
void address_deinit(struct address *address);

/* Makes an address that equals another one. Returns 0 or CERTNAME_ERR_MEMORY. */
int address_copy(struct address *copy, const struct address *address);

/*
 * Sets the path. Returns 0; CERTNAME_ERR_ARGUMENT if it is empty or too long for a socket;
 * CERTNAME_ERR_MEMORY. The address is unchanged unless 0 is returned.
 */
int address_set(struct address *address, const char *path);

/*
 * Fills in the address to connect to; the path in it ends in NUL. Returns 0; or an enum
 * certname_error and fills in the failure.
 */
int address_resolve(const struct address *address, struct sockaddr_un *target,
                    struct failure *failure);

/*
 * Checks that only root can have put a socket at an absolute path: root owns each folder on the way
 * and nobody else may write there, and the path itself is a socket and no link. Returns 0,
 * CERTNAME_ERR_UNAVAILABLE if a part of the path does not exist, or CERTNAME_ERR_UNTRUSTED_DAEMON;
 * and fills in the failure unless 0.
 */
int address_check(const char *path, bool trust_unmapped, struct failure *failure);
