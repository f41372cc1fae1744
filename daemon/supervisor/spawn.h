/* SPDX-License-Identifier: MIT */
#pragma once

/* What becomes of a forked process: each function is the rest of a child's life, or brings it
 * about. */

#include <stdint.h>

#include "daemon/os/child.h"
#include "daemon/supervisor/supervisor.h"

/*
 * Starts the front: its own program, as the user, with the listening socket and one end of a new
 * control channel. 0 and *controlp is our end, *child the process; or -errno.
 */
int spawn_front(const struct supervisor_setup *setup, struct child *child, int *controlp);

/*
 * Starts a verifier, which judges by `context`: a fork of what is loaded, as the user, in its
 * sandbox. 0 and *socketp is the front's end of its socket, *child the process; or -errno.
 */
int spawn_verifier(const struct supervisor_setup *setup, const struct verify_context *context,
                   struct child *child, int *socketp);
