/* SPDX-License-Identifier: MIT */
#include "daemon/front/moment.h"

#include <time.h>

int64_t moment_us(void)
{
    struct timespec now = {0};

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t moment_unix_s(bool exact)
{
    struct timespec now = {0};

    clock_gettime(exact ? CLOCK_REALTIME : CLOCK_REALTIME_COARSE, &now);
    return now.tv_sec;
}
