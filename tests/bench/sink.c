/* SPDX-License-Identifier: MIT */

/*
 * A server that discards its input: it accepts connections at a Unix socket, reads everything, and
 * answers nothing. In `make bench-neighbours` the attackers of the daemon also write to this
 * server, to distinguish what certnamed costs another user from what the attackers' use of the
 * processors costs.
 */

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define EVENTS_COUNT 64
#define ROOM_BYTES   65536
/* The number of connections that are accepted in a row, which is that of the front. */
#define ACCEPTS_COUNT 8

static _Noreturn void fail(const char *what)
{
    perror(what);
    exit(EXIT_FAILURE);
}

static int open_listener(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (strlen(path) >= sizeof(address.sun_path)) {
        errno = ENAMETOOLONG;
        fail(path);
    }
    strcpy(address.sun_path, path);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
        listen(fd, 4096) < 0)
        fail(path);
    return fd;
}

static void watch(int epoll, int fd)
{
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};

    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0)
        fail("epoll_ctl");
}

static void accept_some(int epoll, int listener)
{
    for (int i = 0; i < ACCEPTS_COUNT; i++) {
        int client = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

        if (client < 0)
            return;
        watch(epoll, client);
    }
}

static void discard(int client)
{
    static char room[ROOM_BYTES];
    ssize_t n = recv(client, room, sizeof(room), MSG_DONTWAIT);

    if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
        close(client);
}

int main(int argc, char **argv)
{
    struct epoll_event events[EVENTS_COUNT];
    struct rlimit limit;
    int epoll, listener;

    if (argc != 2) {
        fputs("Usage: bench-sink SOCKET\n", stderr);
        return EXIT_FAILURE;
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
    epoll = epoll_create1(EPOLL_CLOEXEC);
    listener = open_listener(argv[1]);
    watch(epoll, listener);
    for (;;) {
        int n = epoll_wait(epoll, events, EVENTS_COUNT, -1);

        for (int i = 0; i < n; i++) {
            if (events[i].data.fd == listener)
                accept_some(epoll, listener);
            else
                discard(events[i].data.fd);
        }
    }
}
