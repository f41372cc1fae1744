/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The bin's process. It forks a child for each batch of sockets that the front hands over; the
 * child receives them, waits until the front has closed its own references, and ends without
 * closing anything. What a process leaves open is dropped by the kernel on its behalf, without
 * lingering, and if that takes long, only the child takes long.
 */

/* The kinds of messages to the bin, each of one byte. */
#define BIN_KEEPER_SOCKETS 's' /* carries sockets to be dropped */
#define BIN_KEEPER_RELEASE                                                                         \
    'r' /* the front has closed its references to the sockets of one message */

/* The most sockets that one message carries. */
#define BIN_KEEPER_SOCKETS_COUNT 64

/* Serves the front on FRONT_BIN_FD (daemon/ipc/front_program.h), in its own sandbox, until the
 * front has ended, and ends the process then. Closes all other descriptors but the standard
 * three. Returns -errno if it cannot serve. */
int bin_keeper_run(void);
