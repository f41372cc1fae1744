/* SPDX-License-Identifier: MIT */
#pragma once

/* One moment on the monotonic clock that bounds a whole call, however many waits it takes. */

#include <stdbool.h>
#include <time.h>

struct deadline {
    struct timespec at;
    unsigned milliseconds; /* as it was set, for messages */
};

void deadline_start(struct deadline *deadline, unsigned milliseconds);

/* Whether there is time left, and how much. */
bool deadline_left(const struct deadline *deadline, struct timespec *left);
