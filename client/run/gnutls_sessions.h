/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Remembers what GnuTLS does not return for a session later: its role, and the name that was sent
 * to the server. A session is identified by its address. The functions may be called by any thread.
 */

#include <stdbool.h>
#include <stddef.h>

/* Remembers that a session is that of a server. */
void gnutls_sessions_add_server(const void *session);

/* Remembers the name that a session sends to its server. Returns false if memory ran out. */
bool gnutls_sessions_set_name(const void *session, const void *name, size_t len);

/* Forgets a session, whose address may belong to a new session later. */
void gnutls_sessions_drop(const void *session);

/* Returns whether a session is that of a server. */
bool gnutls_sessions_is_server(const void *session);

/*
 * Returns a copy of the name that the session sends, which the caller frees; NULL if there is none.
 */
char *gnutls_sessions_name(const void *session);
