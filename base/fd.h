/* SPDX-License-Identifier: MIT */
#pragma once

/* Closing of descriptors. A variable holds -1 while its descriptor is not open. */

#include <unistd.h>

/* Closes a descriptor unless it is -1. Returns -1, so that callers write `fd = fd_close(fd)`. */
static inline int fd_close(int fd)
{
    if (fd >= 0)
        close(fd);
    return -1;
}
