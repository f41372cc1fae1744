/* SPDX-License-Identifier: MIT */
/* Asks questions in an sd-event loop. */
#include <poll.h>
#include <sys/epoll.h>
#include <systemd/sd-event.h>
#include <time.h>

#include "example.h"

struct loop {
    sd_event *event;
    /* the source for the client's descriptor; NULL while there is no descriptor */
    sd_event_source *io;
    sd_event_source *timer; /* the source for the client's timeout; NULL while nothing waits */
    struct certname_client *client;
};

static void step(struct loop *loop);

static int on_io(sd_event_source *source, int fd, uint32_t events, void *context)
{
    (void)source;
    (void)fd;
    (void)events;
    step(context);
    return 0;
}

static int on_time(sd_event_source *source, uint64_t usec, void *context)
{
    (void)source;
    (void)usec;
    step(context);
    return 0;
}

static void watch(struct loop *loop)
{
    int events = certname_client_events(loop->client);
    int wait_ms = certname_client_wait_ms(loop->client);
    uint32_t epoll_events = (events & POLLIN ? EPOLLIN : 0u) | (events & POLLOUT ? EPOLLOUT : 0u);
    int r = 0;

    if (certname_client_fd(loop->client) >= 0)
        r = sd_event_add_io(loop->event, &loop->io, certname_client_fd(loop->client), epoll_events,
                            on_io, loop);
    if (r >= 0 && wait_ms >= 0)
        r = sd_event_add_time_relative(loop->event, &loop->timer, CLOCK_MONOTONIC,
                                       (uint64_t)wait_ms * 1000, 1000, on_time, loop);
    if (r < 0)
        example_fail("no event source");
}

static void step(struct loop *loop)
{
    /* The sources are removed first, because the library may close the descriptor. */
    loop->io = sd_event_source_disable_unref(loop->io);
    loop->timer = sd_event_source_disable_unref(loop->timer);
    if (certname_process(loop->client) > 0)
        watch(loop);
    else
        sd_event_exit(loop->event, 0);
}

int main(int argc, char **argv)
{
    struct loop loop = {.client = certname_client_new()};

    if (sd_event_new(&loop.event) < 0)
        example_fail("no event loop");
    example_ask(loop.client, argc, argv);
    step(&loop);
    sd_event_loop(loop.event);
    certname_client_free(loop.client);
    sd_event_unref(loop.event);
    return 0;
}
