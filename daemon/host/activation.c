/* SPDX-License-Identifier: MIT */
#include "daemon/host/activation.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/host/log.h"

#define FIRST_FD 3

static bool read_number(const char *name, long *valuep)
{
    const char *text = getenv(name);
    char *end = NULL;

    if (!text || !*text)
        return false;
    errno = 0;
    *valuep = strtol(text, &end, 10);
    return errno == 0 && *end == '\0';
}

static bool has_option(int fd, int option, int expected)
{
    int value = -1;
    socklen_t len = sizeof(value);

    return getsockopt(fd, SOL_SOCKET, option, &value, &len) == 0 && value == expected;
}

static bool is_listener(int fd)
{
    return has_option(fd, SO_DOMAIN, AF_UNIX) && has_option(fd, SO_TYPE, SOCK_STREAM) &&
           has_option(fd, SO_ACCEPTCONN, 1);
}

static int take(int *fdp)
{
    long pid, n;

    if (!read_number("LISTEN_PID", &pid) || pid != getpid() || !read_number("LISTEN_FDS", &n) ||
        n == 0)
        return 1;
    if (n != 1) {
        log_error("activation: %ld sockets were passed, one is expected: give the socket unit one "
                  "ListenStream=",
                  n);
        return -EINVAL;
    }
    if (!is_listener(FIRST_FD) || fcntl(FIRST_FD, F_SETFD, FD_CLOEXEC) < 0) {
        log_error("activation: descriptor %d is not a listening Unix stream socket: use "
                  "ListenStream= with a path and Accept=no",
                  FIRST_FD);
        return -EINVAL;
    }
    *fdp = FIRST_FD;
    return 0;
}

int activation_take(int *fdp)
{
    int r = take(fdp);

    unsetenv("LISTEN_PID");
    unsetenv("LISTEN_FDS");
    unsetenv("LISTEN_FDNAMES");
    return r;
}
