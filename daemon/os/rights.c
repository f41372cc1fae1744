/* SPDX-License-Identifier: MIT */
#include "daemon/os/rights.h"

#include <errno.h>
#include <sys/socket.h>

/* The option is newer than the C library's headers. */
#ifndef SO_PASSRIGHTS
#define SO_PASSRIGHTS 83
#endif

void rights_refuse(int socket)
{
    const int no = 0;

    /* A kernel without the option changes nothing; the front then takes the precautions that
     * daemon/front/bin.h describes. */
    (void)setsockopt(socket, SOL_SOCKET, SO_PASSRIGHTS, &no, sizeof(no));
}

int rights_read(int socket)
{
    int value = 1;
    socklen_t len = sizeof(value);

    if (getsockopt(socket, SOL_SOCKET, SO_PASSRIGHTS, &value, &len) < 0)
        return -errno;
    return value != 0;
}
