/* SPDX-License-Identifier: MIT */
#pragma once

/* SO_PASSRIGHTS (Linux 6.16): whether descriptors can be passed to a Unix socket. It is set on a
 * listening socket, and the connections made from then on have the same value. */

/* Switches passing off. Kernels without the option go on as before. */
void rights_refuse(int socket);

/* Returns 1 if descriptors can be passed to the socket, 0 if not, or -errno: -ENOPROTOOPT where the
 * kernel does not have the option. */
int rights_read(int socket);
