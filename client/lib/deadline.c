/* SPDX-License-Identifier: MIT */
#include "client/lib/deadline.h"

#include <limits.h>

#include "base/clock.h"

#define US_PER_MS 1000

struct deadline deadline_start(unsigned timeout_ms)
{
    return (struct deadline){
        .at_us = clock_now_us() + (int64_t)timeout_ms * US_PER_MS,
        .timeout_ms = timeout_ms,
    };
}

bool deadline_has_passed(const struct deadline *deadline, int64_t now_us)
{
    return now_us >= deadline->at_us;
}

int deadline_wait_ms(int64_t at_us, int64_t now_us)
{
    int64_t wait_ms = at_us > now_us ? (at_us - now_us + US_PER_MS - 1) / US_PER_MS : 0;

    return wait_ms > INT_MAX ? INT_MAX : (int)wait_ms;
}
