/* SPDX-License-Identifier: MIT */
#include "daemon/os/activation.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/log.h"
#include "daemon/os/rights.h"

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

static bool is_stream_listener(int fd)
{
    return has_option(fd, SO_TYPE, SOCK_STREAM) && has_option(fd, SO_ACCEPTCONN, 1);
}

static bool is_unix_listener(int fd)
{
    return has_option(fd, SO_DOMAIN, AF_UNIX) && is_stream_listener(fd);
}

/* Returns whether a socket is bound to an address that only this host reaches. */
static bool is_on_loopback(int fd)
{
    union {
        struct sockaddr any;
        struct sockaddr_in ipv4;
        struct sockaddr_in6 ipv6;
    } address = {0};
    socklen_t len = sizeof(address);

    if (getsockname(fd, &address.any, &len) < 0)
        return false;
    if (address.any.sa_family == AF_INET)
        return ntohl(address.ipv4.sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
    return address.any.sa_family == AF_INET6 && IN6_IS_ADDR_LOOPBACK(&address.ipv6.sin6_addr);
}

/*
 * Copies name number `index` of LISTEN_FDNAMES, in which names are separated by colons. The name is
 * cut to `size` bytes, and empty if there are fewer names.
 */
static void read_name(char *name, size_t size, size_t index)
{
    const char *at = getenv("LISTEN_FDNAMES");

    for (; at && index > 0; index--) {
        at = strchr(at, ':');
        if (at)
            at++;
    }
    snprintf(name, size, "%.*s", at ? (int)strcspn(at, ":") : 0, at ? at : "");
}

/*
 * Returns whether a name stands for the default socket for requests. systemd names a socket after
 * its unit if the unit sets no name, and calls it "unknown" if it does not know the unit.
 */
static bool is_usual(const char *name)
{
    static const char unit[] = ".socket";
    size_t len = strlen(name);

    return len == 0 || strcmp(name, "certnamed") == 0 || strcmp(name, "unknown") == 0 ||
           (len > strlen(unit) && strcmp(name + len - strlen(unit), unit) == 0);
}

static bool is_well_formed(const char *name)
{
    return strlen(name) < LIMIT_SOCKET_NAME_BYTES &&
           name[strspn(
               name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-")] == '\0';
}

/*
 * Returns where the descriptor of a socket with this name is to be stored; NULL if there is no more
 * room.
 */
static int *find_place(struct activation *activation, const char *name)
{
    struct activation_named *named;

    if (is_usual(name))
        return &activation->listen;
    if (strcmp(name, ACTIVATION_ADMIN_NAME) == 0)
        return &activation->admin;
    for (size_t i = 0; i < activation->n_named; i++) {
        if (strcmp(activation->named[i].name, name) == 0)
            return &activation->named[i].fd;
    }
    if (activation->n_named == LIMIT_NAMED_SOCKETS_COUNT)
        return NULL;
    named = &activation->named[activation->n_named++];
    named->fd = -1;
    strcpy(named->name, name);
    return &named->fd;
}

/*
 * Sets FD_CLOEXEC and O_NONBLOCK. Not every service manager makes its sockets non-blocking, and a
 * blocking accept(2) would stop the front. Returns 0, or -1 and errno.
 */
static int set_flags(int fd)
{
    return fcntl(fd, F_SETFD, FD_CLOEXEC) < 0 ? -1 : fcntl(fd, F_SETFL, O_NONBLOCK);
}

/*
 * Takes the socket for metrics. If it is refused the daemon goes on without metrics, because the
 * verification of certificates does not depend on them.
 */
static void take_metrics_socket(struct activation *activation, int fd)
{
    const char *fault = NULL;

    if (activation->metrics >= 0)
        fault = "there are two of them";
    else if (!is_unix_listener(fd) && !(is_stream_listener(fd) && is_on_loopback(fd)))
        fault = "it is not a listening stream socket at a path or on loopback (127.0.0.1, ::1)";
    else if (set_flags(fd) < 0)
        fault = strerror(errno);
    if (fault) {
        log_error("activation: the socket " ACTIVATION_METRICS_NAME
                  " is refused, and metrics are not served there: %s",
                  fault);
        fd_close(fd);
        return;
    }
    rights_refuse(fd);
    activation->metrics = fd;
}

static int take_socket(struct activation *activation, int fd)
{
    static const int on = 1;
    char name[256];
    int *place;

    read_name(name, sizeof(name), (size_t)(fd - FIRST_FD));
    if (strcmp(name, ACTIVATION_METRICS_NAME) == 0) {
        take_metrics_socket(activation, fd);
        return 0;
    }
    if (!is_usual(name) && !is_well_formed(name)) {
        log_error(
            "activation: a socket has the name '%s': give it one of at most %d letters, digits "
            "and -_. with FileDescriptorName=",
            name, LIMIT_SOCKET_NAME_BYTES - 1);
        return -EINVAL;
    }
    place = find_place(activation, name);
    if (!place || *place >= 0) {
        log_error(
            "activation: two sockets have the name '%s', or more than %d a name of their own: "
            "give each a name with FileDescriptorName=",
            name, LIMIT_NAMED_SOCKETS_COUNT);
        return -EINVAL;
    }
    if (!is_unix_listener(fd) || set_flags(fd) < 0 ||
        setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)) < 0) {
        log_error("activation: descriptor %d is not a listening Unix stream socket: use "
                  "ListenStream= with a path and Accept=no",
                  fd);
        return -EINVAL;
    }
    rights_refuse(fd);
    *place = fd;
    return 0;
}

static int take_sockets(struct activation *activation, int n)
{
    int r = 0;

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

void activation_close(struct activation *activation)
{
    fd_close(activation->listen);
    fd_close(activation->admin);
    fd_close(activation->metrics);
    for (size_t i = 0; i < activation->n_named; i++)
        fd_close(activation->named[i].fd);
    *activation = ACTIVATION_NULL;
}
