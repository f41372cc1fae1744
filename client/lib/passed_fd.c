/* SPDX-License-Identifier: MIT */
/*
 * Takes over a connection that a service manager or a sandbox passed by systemd's LISTEN_FDS
 * protocol.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/lib/client.h"
#include "client/lib/export.h"

#define FIRST_FD 3
/*
 * The largest accepted LISTEN_FDS. No service is passed so many descriptors, so that a larger
 * number is an error.
 */
#define FDS_COUNT 1024
#define FD_NAME   "certnamed"

/*
 * Reads a number from an environment variable. Returns -1 if the variable is missing or is no
 * plausible number.
 */
static long read_number(const char *name)
{
    const char *text = secure_getenv(name);
    char *end;
    long number;

    if (!text || *text < '0' || *text > '9')
        return -1;
    errno = 0;
    number = strtol(text, &end, 10);
    return errno == 0 && *end == '\0' ? number : -1;
}

/* Returns the descriptor whose name is "certnamed", or -1. */
static int find_fd(long n_fds)
{
    const char *names = secure_getenv("LISTEN_FDNAMES");

    for (int i = 0; names && i < n_fds; i++) {
        size_t len = strcspn(names, ":");

        if (len == strlen(FD_NAME) && memcmp(names, FD_NAME, len) == 0)
            return FIRST_FD + i;
        if (names[len] == '\0')
            return -1;
        names += len + 1;
    }
    return -1;
}

EXPORT int certname_client_use_passed_fd(struct certname_client *client)
{
    long n_fds = read_number("LISTEN_FDS");
    int fd;
    int flags;
    int r;

    if (!client)
        return CERTNAME_ERR_ARGUMENT;
    if (read_number("LISTEN_PID") != (long)getpid() || n_fds < 1 || n_fds > FDS_COUNT)
        return 0;
    fd = find_fd(n_fds);
    if (fd < 0)
        return 0;
    flags = fcntl(fd, F_GETFD);
    /* A passed descriptor is inherited without FD_CLOEXEC, so that this flag shows that another
     * client took it. */
    if (flags < 0 || (flags & FD_CLOEXEC))
        return failure_set(&client->exchange.failure, CERTNAME_ERR_ARGUMENT, flags < 0 ? errno : 0,
                           "descriptor %d, which LISTEN_FDNAMES calls \"" FD_NAME
                           "\", is closed or in use by another client",
                           fd);
    r = certname_client_set_fd(client, fd);
    if (!r)
        (void)fcntl(fd, F_SETFD, flags | FD_CLOEXEC);
    return r ? r : 1;
}
