/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The bin's process. It forks a child for each batch of sockets that the front hands over. The
 * child receives the sockets, waits until the front has closed its own references, and ends without
 * closing anything. The kernel drops what an ended process has left open, without lingering; if
 * dropping takes long, only that child is affected.
 */

/* The kinds of messages to the bin, of one byte each. */
#define BIN_KEEPER_SOCKETS 's' /* carries sockets that are to be dropped */
#define BIN_KEEPER_RELEASE                                                                         \
    'r' /* the front has closed its references to the sockets of one message */

/* The largest number of sockets in one message. */
#define BIN_KEEPER_SOCKETS_COUNT 64

/*
 * Serves the front at FRONT_BIN_FD (daemon/ipc/front_program.h) in a sandbox of its own, and ends
 * the process when the front has ended. Closes all other descriptors except the standard three.
 * Returns -errno if it cannot serve.
 */
int bin_keeper_run(void);
