/* SPDX-License-Identifier: MIT */
#pragma once

/* A TCP connection to a host given by name or address, with a deadline for all of it. */

#include <stdint.h>

#include "client/ctl/target.h"

/*
 * Resolves the target's name and tries its addresses in order until one accepts the connection.
 * `deadline_ms` is a moment on CLOCK_MONOTONIC. Returns 0 and *fdp, a non-blocking socket for the
 * caller to close; or -1 and fills in *error.
 */
int tcp_connect(const struct target *target, int64_t deadline_ms, int *fdp,
                struct target_error *error);
