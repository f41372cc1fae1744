/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdint.h>

#include "client/ctl/target.h"

/*
 * Connects to the target by TCP, to whichever of its addresses answers first, in their order. 0 and
 * *fdp is the caller's, not blocking; or -1 and *error says why.
 */
int dial(const struct target *target, int64_t deadline_ms, int *fdp, struct target_error *error);
