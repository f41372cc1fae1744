/* SPDX-License-Identifier: MIT */
#include "client/lib/deadline.h"

#define NS_PER_SECOND 1000000000L

void deadline_start(struct deadline *deadline, unsigned milliseconds)
{
    (void)clock_gettime(CLOCK_MONOTONIC, &deadline->at);
    deadline->at.tv_sec += (time_t)(milliseconds / 1000);
    deadline->at.tv_nsec += (long)(milliseconds % 1000) * 1000000L;
    if (deadline->at.tv_nsec >= NS_PER_SECOND) {
        deadline->at.tv_sec++;
        deadline->at.tv_nsec -= NS_PER_SECOND;
    }
    deadline->milliseconds = milliseconds;
}

bool deadline_left(const struct deadline *deadline, struct timespec *left)
{
    struct timespec now;

    *left = (struct timespec){0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    now.tv_sec = deadline->at.tv_sec - now.tv_sec;
    now.tv_nsec = deadline->at.tv_nsec - now.tv_nsec;
    if (now.tv_nsec < 0) {
        now.tv_sec--;
        now.tv_nsec += NS_PER_SECOND;
    }
    if (now.tv_sec < 0 || (now.tv_sec == 0 && now.tv_nsec == 0))
        return false;
    *left = now;
    return true;
}
