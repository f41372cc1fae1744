/* SPDX-License-Identifier: MIT */
#pragma once

/* Connects to a host, given by name or address, within a deadline. */

#include <stdint.h>

#include "client/ctl/target.h"

/*
 * Resolves the target's name and tries its addresses in order until one accepts the connection.
 * `deadline_ms` is a time on CLOCK_MONOTONIC. Returns 0 and *fdp, a non-blocking socket that the
 * caller closes; or -1 and fills in *error.
 */
int tcp_connect(const struct target *target, int64_t deadline_ms, int *fdp,
                struct target_error *error);
