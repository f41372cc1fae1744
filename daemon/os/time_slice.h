/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The time slice: how long a process runs before another gets the processor. Since Linux 6.12 a
 * process may ask for one; a process with a shorter slice runs sooner and may interrupt one with a
 * longer. The share of the processor that each process gets stays the same.
 */

#include <stdint.h>

/* Asks for slices of so many nanoseconds, 100,000 to 100,000,000. Nothing changes where the kernel
 * refuses, or an administrator has chosen another scheduling policy for this process. */
void time_slice_set(uint64_t ns);
