/* SPDX-License-Identifier: MIT */
#pragma once

/* When a place that has become empty is to be filled again. Zero-initialised: at once. */

#include <stdint.h>

struct back_off {
    int64_t start_ms; /* by clock_now_ms */
    unsigned n_young; /* how many in a row died young */
};

/* What was started at `started_ms` has ended. What dies young is likely to do so again: each time
 * it is given twice the pause. */
void back_off_after(struct back_off *pause, int64_t started_ms);
