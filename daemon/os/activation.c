/* SPDX-License-Identifier: MIT */
#include "daemon/os/activation.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
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

static bool is_listener(int fd)
{
    return has_option(fd, SO_DOMAIN, AF_UNIX) && has_option(fd, SO_TYPE, SOCK_STREAM) &&
           has_option(fd, SO_ACCEPTCONN, 1);
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
    return strlen(name) < ACTIVATION_NAME_BYTES &&
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
    if (strcmp(name, ACTIVATION_METRICS_NAME) == 0)
        return &activation->metrics;
    for (size_t i = 0; i < activation->n_named; i++) {
        if (strcmp(activation->named[i].name, name) == 0)
            return &activation->named[i].fd;
    }
    if (activation->n_named == ACTIVATION_NAMED_COUNT)
        return NULL;
    named = &activation->named[activation->n_named++];
    named->fd = -1;
    strcpy(named->name, name);
    return &named->fd;
}

static int take_socket(struct activation *activation, int fd)
{
    static const int on = 1;
    char name[256];
    int *place;

    read_name(name, sizeof(name), (size_t)(fd - FIRST_FD));
    if (!is_usual(name) && !is_well_formed(name)) {
        log_error(
            "activation: a socket has the name '%s': give it one of at most %d letters, digits "
            "and -_. with FileDescriptorName=",
            name, ACTIVATION_NAME_BYTES - 1);
        return -EINVAL;
    }
    place = find_place(activation, name);
    if (!place || *place >= 0) {
        log_error(
            "activation: two sockets have the name '%s', or more than %d a name of their own: "
            "give each a name with FileDescriptorName=",
            name, ACTIVATION_NAMED_COUNT);
        return -EINVAL;
    }
    if (!is_listener(fd) || fcntl(fd, F_SETFD, FD_CLOEXEC) < 0 ||
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
