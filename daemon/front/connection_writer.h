/* SPDX-License-Identifier: MIT */
#pragma once

/* Finds out who writes on a connection that root opened or that administers. */

#include <sys/types.h>

#include "daemon/front/connection_state.h"

/*
 * Notes who wrote the bytes that come next. A connection that root opened belongs to the writer of
 * its first byte, whose account it is charged to from then on. Returns 0; -EPERM if this writer may
 * not write here; -EBUSY if the account has too many connections; or -ENOMEM.
 */
int connection_writer_note(struct connection *connection, uid_t uid);
