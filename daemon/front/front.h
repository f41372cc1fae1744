/* SPDX-License-Identifier: MIT */
#pragma once

/* The front: listener, connections, dispatch, and the channel to the supervisor, put together. */

/*
 * Serves on the listening socket until the supervisor closes its end of `control`, and then
 * finishes the requests that it has taken, for a bounded time. `bin` is connected to the bin's
 * process (bin_keeper.h). The descriptors stay the caller's. Returns 0 or -errno.
 */
int front_run(int listen_socket, int control, int bin);
