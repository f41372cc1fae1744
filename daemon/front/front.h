/* SPDX-License-Identifier: MIT */
#pragma once

/* The front put together: listener, connections, dispatch, and the channel to the supervisor. */

/*
 * Serves on the listening socket until the supervisor's end of `control` closes; then answers what
 * it has taken, for a bounded time. Both descriptors stay the caller's. 0, or -errno.
 */
int front_run(int listen_socket, int control);
