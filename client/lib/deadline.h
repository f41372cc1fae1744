/* SPDX-License-Identifier: MIT */
#pragma once

/* The time on CLOCK_MONOTONIC until which a question may wait, including all repetitions. */

#include <stdbool.h>
#include <stdint.h>

struct deadline {
    int64_t at_us;
    unsigned timeout_ms; /* the timeout from which the deadline was computed, for messages */
};

/* Returns the deadline that is `timeout_ms` milliseconds from now. */
struct deadline deadline_start(unsigned timeout_ms);

/* Returns whether the deadline has passed at the time `now_us`. */
bool deadline_has_passed(const struct deadline *deadline, int64_t now_us);

/*
 * Returns the milliseconds from `now_us` to `at_us`, rounded up, for the timeout of poll(2); at
 * least 0.
 */
int deadline_wait_ms(int64_t at_us, int64_t now_us);
