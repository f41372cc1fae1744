/* SPDX-License-Identifier: MIT */
#pragma once

/* The front: puts together listeners, connections, dispatch and the channel to the supervisor. */

/*
 * Serves clients of the listening socket until the supervisor closes its end of `control`; then
 * finishes the requests that it has taken, within a bounded time. Takes over the listening socket;
 * the other descriptors still belong to the caller. `bin` is connected to the bin's process
 * (bin_keeper.h). Returns 0 or -errno.
 */
int front_run(int listen_socket, int control, int bin);
