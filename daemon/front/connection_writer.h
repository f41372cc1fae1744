/* SPDX-License-Identifier: MIT */
#pragma once

/* Finds out which user writes, on a connection that root opened or that administers. */

#include <sys/types.h>

#include "daemon/front/connection_state.h"

/*
 * Notes the uid that wrote the next bytes. A connection that root opened belongs to the writer of
 * its first byte, to whose account it is charged from then on. Returns 0; -EPERM if this user may
 * not write on this connection; -EBUSY if the user's account has too many connections; or -ENOMEM.
 */
int connection_writer_note(struct connection *connection, uid_t uid);
