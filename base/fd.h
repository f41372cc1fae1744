/* SPDX-License-Identifier: MIT */
#pragma once

/* A descriptor that is not open is -1. */

#include <unistd.h>

/* Closes it if it is open. Returns -1, to be assigned back. */
static inline int fd_close(int fd)
{
    if (fd >= 0)
        close(fd);
    return -1;
}
