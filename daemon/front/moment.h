/* SPDX-License-Identifier: MIT */
#pragma once

/* The front's other clocks: base/clock.h has the one for deadlines. */

#include <stdbool.h>
#include <stdint.h>

/* Microseconds of CLOCK_MONOTONIC, for what is measured. */
int64_t moment_us(void);

/* Seconds of Unix time. Unless it has to be exact it may be a clock tick old, and costs a quarter.
 */
int64_t moment_unix_s(bool exact);
