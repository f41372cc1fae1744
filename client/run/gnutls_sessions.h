/* SPDX-License-Identifier: MIT */
#pragma once

/* What GnuTLS does not tell about a session later: its role, and the name that was sent to the
 * server. Any thread may call these functions. */

#include <stdbool.h>
#include <stddef.h>

/* Remembers that a session, known by its address, is a server's. */
void gnutls_sessions_add_server(const void *session);

/* Remembers the name that a session sends to its server. Returns false without memory. */
bool gnutls_sessions_set_name(const void *session, const void *name, size_t len);

/* Forgets a session, whose address may be given again. */
void gnutls_sessions_drop(const void *session);

/* Returns whether a session is a server's. */
bool gnutls_sessions_is_server(const void *session);

/* Returns a copy of the session's name, for free(); NULL if it has none. */
char *gnutls_sessions_name(const void *session);
