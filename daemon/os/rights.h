/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * SO_PASSRIGHTS (Linux 6.16): whether descriptors can be passed over a Unix socket. It is set on a
 * listening socket; connections made afterwards inherit it.
 */

/* Switches the passing of descriptors off. On a kernel without the option nothing changes. */
void rights_refuse(int socket);

/*
 * Returns 1 if descriptors can be passed over the socket, 0 if not; -ENOPROTOOPT if the kernel does
 * not have the option; or another -errno.
 */
int rights_read(int socket);
