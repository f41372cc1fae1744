/* SPDX-License-Identifier: MIT */
#pragma once

/* Names of listening sockets, to which sections `client` refer. */

/*
 * Returns NULL if a socket of the administrator's own may have this name; else a sentence fragment
 * about the fault. The daemon's own sockets have names that no other may have, and a service
 * manager gives a socket without a name that of its unit.
 */
const char *policy_listen_name_fault(const char *name);
