/* SPDX-License-Identifier: MIT */
#pragma once

/* Descriptors of which -1 stands for one that is not open. */

#include <unistd.h>

/* Closes a descriptor unless it is -1. Returns -1, to be assigned back. */
static inline int fd_close(int fd)
{
    if (fd >= 0)
        close(fd);
    return -1;
}
