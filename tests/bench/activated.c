/* SPDX-License-Identifier: MIT */

/*
 * A program for comparison: the least that socket activation can cost a program with a libevent
 * loop. It takes the socket that it is passed, reads N_IN bytes from the first connection, and
 * sends N_OUT bytes back.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <event2/event.h>

#define FIRST_FD 3

struct echo {
    struct event_base *base;
    size_t n_in, n_out, n_read;
};

static void on_readable(evutil_socket_t socket, short events, void *context)
{
    static char data[65536];
    struct echo *echo = context;
    ssize_t n = recv(socket, data, sizeof(data), MSG_DONTWAIT);

    (void)events;
    if (n <= 0)
        exit(EXIT_SUCCESS);
    echo->n_read += (size_t)n;
    if (echo->n_read < echo->n_in)
        return;
    echo->n_read = 0;
    if (echo->n_out > sizeof(data) || send(socket, data, echo->n_out, MSG_NOSIGNAL) < 0)
        exit(EXIT_FAILURE);
}

static void on_connection(evutil_socket_t socket, short events, void *context)
{
    struct echo *echo = context;
    int fd = accept4(socket, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    struct event *readable;

    (void)events;
    readable = fd < 0 ? NULL : event_new(echo->base, fd, EV_READ | EV_PERSIST, on_readable, echo);
    if (!readable || event_add(readable, NULL) < 0)
        exit(EXIT_FAILURE);
}

int main(int argc, char **argv)
{
    const char *pid = getenv("LISTEN_PID");
    struct event *connection;
    struct echo echo = {0};

    if (argc != 3 || !pid || atoi(pid) != getpid()) {
        fputs("Usage: bench-activated N_IN N_OUT, with a listening socket as descriptor 3\n",
              stderr);
        return EXIT_FAILURE;
    }
    echo.n_in = (size_t)strtoul(argv[1], NULL, 10);
    echo.n_out = (size_t)strtoul(argv[2], NULL, 10);
    echo.base = event_base_new();
    connection = echo.base
                     ? event_new(echo.base, FIRST_FD, EV_READ | EV_PERSIST, on_connection, &echo)
                     : NULL;
    if (!connection || event_add(connection, NULL) < 0)
        return EXIT_FAILURE;
    return event_base_dispatch(echo.base) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
