/* SPDX-License-Identifier: MIT */
#include "client/ctl/clock.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <time.h>

int64_t clock_now_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int clock_wait(int fd, short events, int64_t deadline_ms)
{
    struct pollfd watched = {.fd = fd, .events = events};
    int64_t left_ms;

    while ((left_ms = deadline_ms - clock_now_ms()) > 0) {
        int n = poll(&watched, 1, left_ms > INT_MAX ? INT_MAX : (int)left_ms);

        if (n > 0)
            return 0;
        if (n < 0 && errno != EINTR)
            return -errno;
    }
    return -ETIMEDOUT;
}
