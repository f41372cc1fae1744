/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * How long a process works before others get the processor. A kernel that knows of such wishes
 * (Linux 6.12) gives shorter turns sooner and lets them interrupt a longer one; everybody's share
 * of the processor stays what it is.
 */

#include <stdint.h>

/* Asks for turns of so many nanoseconds, 100,000 to 100,000,000. Where that is refused, or somebody
 * has already chosen how this process is scheduled, they stay as they are. */
void time_slice_set(uint64_t ns);
