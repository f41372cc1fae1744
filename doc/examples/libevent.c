/* SPDX-License-Identifier: MIT */
/* Asks questions in a libevent loop. */
#include <event2/event.h>
#include <poll.h>

#include "example.h"

struct loop {
    struct event_base *base;
    struct event *watch; /* for the client's descriptor and timeout, or for the timeout alone; NULL
                            before the first step */
    struct certname_client *client;
};

static void step(evutil_socket_t fd, short what, void *context);

/*
 * Waits for what the client waits for now. A new event is made each time, since the descriptor may
 * have changed.
 */
static void watch(struct loop *loop)
{
    int events = certname_client_events(loop->client);
    int wait_ms = certname_client_wait_ms(loop->client);
    struct timeval wait = {.tv_sec = wait_ms / 1000, .tv_usec = wait_ms % 1000 * 1000};
    short what = 0;

    if (events & POLLIN)
        what |= EV_READ;
    if (events & POLLOUT)
        what |= EV_WRITE;
    loop->watch = event_new(loop->base, certname_client_fd(loop->client), what, step, loop);
    if (!loop->watch || event_add(loop->watch, wait_ms < 0 ? NULL : &wait))
        example_fail("no event");
}

static void step(evutil_socket_t fd, short what, void *context)
{
    struct loop *loop = context;

    (void)fd;
    (void)what;
    /* The event is freed first, because the library may close the descriptor. */
    if (loop->watch)
        event_free(loop->watch);
    loop->watch = NULL;
    if (certname_process(loop->client) > 0)
        watch(loop);
    else
        event_base_loopbreak(loop->base);
}

int main(int argc, char **argv)
{
    struct loop loop = {.base = event_base_new(), .client = certname_client_new()};

    if (!loop.base)
        example_fail("no event base");
    example_ask(loop.client, argc, argv);
    step(-1, 0, &loop);
    event_base_dispatch(loop.base);
    certname_client_free(loop.client);
    event_base_free(loop.base);
    return 0;
}
