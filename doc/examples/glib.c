/* SPDX-License-Identifier: MIT */
/* Asks questions in a GLib main loop. */
#include <glib-unix.h>
#include <glib.h>
#include <poll.h>

#include "example.h"

struct loop {
    GMainLoop *main;
    guint io;    /* the source for the client's descriptor; 0 while there is no descriptor */
    guint timer; /* the source for the client's timeout; 0 while nothing waits */
    struct certname_client *client;
};

static void step(struct loop *loop);

static gboolean on_io(gint fd, GIOCondition condition, gpointer context)
{
    struct loop *loop = context;

    (void)fd;
    (void)condition;
    loop->io = 0;
    step(loop);
    return G_SOURCE_REMOVE;
}

static gboolean on_time(gpointer context)
{
    struct loop *loop = context;

    loop->timer = 0;
    step(loop);
    return G_SOURCE_REMOVE;
}

static void watch(struct loop *loop)
{
    int events = certname_client_events(loop->client);
    int wait_ms = certname_client_wait_ms(loop->client);
    GIOCondition condition = 0;

    if (events & POLLIN)
        condition |= G_IO_IN | G_IO_HUP | G_IO_ERR;
    if (events & POLLOUT)
        condition |= G_IO_OUT;
    if (certname_client_fd(loop->client) >= 0)
        loop->io = g_unix_fd_add(certname_client_fd(loop->client), condition, on_io, loop);
    if (wait_ms >= 0)
        loop->timer = g_timeout_add((guint)wait_ms, on_time, loop);
}

static void step(struct loop *loop)
{
    /* The sources are removed first, because the library may close the descriptor. */
    if (loop->io)
        g_source_remove(loop->io);
    if (loop->timer)
        g_source_remove(loop->timer);
    loop->io = loop->timer = 0;
    if (certname_process(loop->client) > 0)
        watch(loop);
    else
        g_main_loop_quit(loop->main);
}

static gboolean on_start(gpointer context)
{
    step(context);
    return G_SOURCE_REMOVE;
}

int main(int argc, char **argv)
{
    struct loop loop = {.main = g_main_loop_new(NULL, FALSE), .client = certname_client_new()};

    example_ask(loop.client, argc, argv);
    g_idle_add(on_start, &loop);
    g_main_loop_run(loop.main);
    certname_client_free(loop.client);
    g_main_loop_unref(loop.main);
    return 0;
}
