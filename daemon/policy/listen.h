/* SPDX-License-Identifier: MIT */
#pragma once

/* The names of listening sockets, to which sections `client` refer. */

/*
 * Returns NULL if a section `listen` may give its socket this name; otherwise a sentence fragment
 * about the fault. Refused are the names of the daemon's own sockets and names that a service
 * manager gives to sockets without a name, which are those of its units.
 */
const char *policy_listen_name_fault(const char *name);
