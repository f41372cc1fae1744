/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * How long a process works before others get the processor. A kernel that knows of such wishes
 * (Linux 6.12) gives shorter turns sooner, and lets them interrupt a longer one.
 */

#include <stdint.h>

/* Asks for turns of so many nanoseconds, 100,000 at least. Whoever says no leaves it as long as
 * everybody's. */
void turn_shorten(uint64_t ns);
