/* SPDX-License-Identifier: MIT */
#include "client/ctl/wait.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>

#include "base/clock.h"

int wait_for(int fd, short events, int64_t deadline_ms)
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
