/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The time slice: how long a process runs before another one gets the processor. Since Linux 6.12 a
 * process may ask for a length. A process with a shorter slice gets the processor sooner and may
 * interrupt one with a longer slice. The share of the processor that each process gets stays the
 * same.
 */

#include <stdint.h>

/*
 * Asks for time slices of `ns` nanoseconds, 100,000 to 100,000,000. Nothing changes if the kernel
 * refuses, or if an administrator has chosen another scheduling policy for this process.
 */
void time_slice_set(uint64_t ns);
