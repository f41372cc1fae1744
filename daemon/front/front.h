/* SPDX-License-Identifier: MIT */
#pragma once

/* The front: listener, connections, dispatch, and the channel to the supervisor, put together. */

/*
 * Serves on the listening socket until the supervisor closes its end of `control`, and then
 * finishes the requests that it has taken, for a bounded time. Takes over the listening socket; the
 * other descriptors stay the caller's. `bin` is connected to the bin's process (bin_keeper.h).
 * Returns 0 or -errno.
 */
int front_run(int listen_socket, int control, int bin);
