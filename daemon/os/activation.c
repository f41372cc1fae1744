/* SPDX-License-Identifier: MIT */
#include "daemon/os/activation.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "daemon/os/rights.h"

#define FIRST_FD 3
#define MAX_FDS  2

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

/* LISTEN_FDNAMES is a list of names with colons between them. Returns whether the name at `index`
 * is that of the socket for metrics. */
static bool is_for_metrics(size_t index)
{
    const char *name = getenv("LISTEN_FDNAMES");

    for (; name && index > 0; index--) {
        name = strchr(name, ':');
        if (name)
            name++;
    }
    return name && strcspn(name, ":") == strlen(ACTIVATION_METRICS_NAME) &&
           strncmp(name, ACTIVATION_METRICS_NAME, strlen(ACTIVATION_METRICS_NAME)) == 0;
}

static int take_socket(struct activation *activation, int fd)
{
    int *slot = is_for_metrics((size_t)(fd - FIRST_FD)) ? &activation->metrics
                                                        : &activation->listen;

    if (*slot >= 0) {
        log_error(
            "activation: two sockets were passed for one purpose: give each socket unit one "
            "ListenStream=, and that for metrics FileDescriptorName=" ACTIVATION_METRICS_NAME);
        return -EINVAL;
    }
    if (!is_listener(fd) || fcntl(fd, F_SETFD, FD_CLOEXEC) < 0) {
        log_error("activation: descriptor %d is not a listening Unix stream socket: use "
                  "ListenStream= with a path and Accept=no",
                  fd);
        return -EINVAL;
    }
    rights_refuse(fd);
    *slot = fd;
    return 0;
}

static int take_sockets(struct activation *activation, int n)
{
    int r = 0;

    if (n > MAX_FDS) {
        log_error("activation: %d sockets were passed, one is expected, and one for metrics", n);
        return -EINVAL;
    }
    for (int i = 0; i < n && !r; i++)
        r = take_socket(activation, FIRST_FD + i);
    return r;
}

static int count_passed(void)
{
    long pid, n;

    if (!read_number("LISTEN_PID", &pid) || pid != getpid() || !read_number("LISTEN_FDS", &n) ||
        n < 0)
        return 0;
    return n > INT_MAX - FIRST_FD ? INT_MAX - FIRST_FD : (int)n;
}

int activation_take(struct activation *activation)
{
    int n = count_passed();
    int r;

    *activation = ACTIVATION_NULL;
    r = take_sockets(activation, n);
    unsetenv("LISTEN_PID");
    unsetenv("LISTEN_FDS");
    unsetenv("LISTEN_FDNAMES");
    if (!r && close_range((unsigned)(FIRST_FD + n), UINT_MAX, 0) < 0)
        r = -errno;
    return r;
}
