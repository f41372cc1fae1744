/* SPDX-License-Identifier: MIT */
#include "daemon/front/front.h"

#include <errno.h>
#include <string.h>

#include <event2/event.h>

#include "daemon/front/account.h"
#include "daemon/front/connection.h"
#include "daemon/front/dispatch.h"
#include "daemon/front/listener.h"
#include "daemon/host/control.h"
#include "daemon/host/fd.h"
#include "daemon/host/log.h"
#include "daemon/host/sandbox.h"
#include "proto/limits.h"

/* Asked again this often whether all has been answered. */
#define DRAIN_MS 10

struct front {
    struct event_base *base;
    struct event *control_readable;
    struct event *drain;
    struct account_table accounts;
    struct dispatch *dispatch;
    struct connection_set *connections;
    struct listener *listener;
    int control;
    unsigned drained_ms;
    int result;
};

static void fail(struct front *front, const char *what, int r)
{
    log_error("front: %s: %s", what, strerror(-r));
    front->result = r;
    event_base_loopbreak(front->base);
}

/* --- the supervisor --- */

static void report(void *context, uint32_t verifier, enum control_kind kind)
{
    struct front *front = context;
    struct control_message message = {.kind = kind, .verifier = verifier};
    int r = control_send(front->control, &message, -1);

    if (r && r != -EPIPE)
        fail(front, "the supervisor cannot be told of a verifier", r);
}

static void on_drain(evutil_socket_t socket, short events, void *context)
{
    struct front *front = context;

    (void)socket;
    (void)events;
    front->drained_ms += DRAIN_MS;
    if (dispatch_in_flight(front->dispatch) == 0 || front->drained_ms >= LIMIT_SHUTDOWN_MS / 2)
        event_base_loopbreak(front->base);
}

/* The supervisor is stopping, or gone. */
static void begin_drain(struct front *front)
{
    const struct timeval interval = {.tv_usec = DRAIN_MS * 1000};

    event_del(front->control_readable);
    listener_stop(front->listener);
    dispatch_stop(front->dispatch);
    if (dispatch_in_flight(front->dispatch) == 0 || event_add(front->drain, &interval) < 0)
        event_base_loopbreak(front->base);
}

static int handle_message(struct front *front, const struct control_message *message, int fd)
{
    switch (message->kind) {
    case CONTROL_VERIFIER:
        if (fd < 0) {
            report(front, message->verifier, CONTROL_OVERRUN);
            return 0;
        }
        return dispatch_add_verifier(front->dispatch, message->verifier, message->pid, fd);
    case CONTROL_GONE:
        dispatch_lose_verifier(front->dispatch, message->verifier,
                               (enum control_cause)message->cause);
        fd_close(fd);
        return 0;
    default:
        fd_close(fd);
        return -EBADMSG;
    }
}

static void on_control(evutil_socket_t socket, short events, void *context)
{
    struct front *front = context;
    struct control_message message;
    int fd, r;

    (void)events;
    while ((r = control_receive(socket, &message, &fd)) == 0) {
        r = handle_message(front, &message, fd);
        if (r)
            break;
    }
    if (r == 1)
        begin_drain(front);
    else if (r != -EAGAIN)
        fail(front, "the supervisor cannot be understood", r);
}

static void on_closed(void *context)
{
    struct front *front = context;

    if (front->listener)
        listener_wake(front->listener);
}

/* --- life --- */

static int make_parts(struct front *front, int listen_socket)
{
    const struct dispatch_callbacks callbacks = {
        .answer = connection_answer,
        .report = report,
        .context = front,
    };
    int r = dispatch_new(&front->dispatch, front->base, &callbacks);

    if (!r)
        r = connection_set_new(&front->connections, front->base, &front->accounts, front->dispatch,
                               on_closed, front);
    if (!r)
        r = listener_new(&front->listener, front->base, listen_socket, front->connections);
    return r;
}

static int front_init(struct front *front, int listen_socket, int control)
{
    int r;

    *front = (struct front){.control = control};
    account_table_init(&front->accounts);
    front->base = event_base_new();
    if (!front->base)
        return -ENOMEM;
    r = make_parts(front, listen_socket);
    if (r)
        return r;
    front->drain = event_new(front->base, -1, EV_PERSIST, on_drain, front);
    front->control_readable = event_new(front->base, control, EV_READ | EV_PERSIST, on_control,
                                        front);
    if (!front->drain || !front->control_readable || event_add(front->control_readable, NULL) < 0)
        return -ENOMEM;
    return 0;
}

static void front_deinit(struct front *front)
{
    front->listener = listener_free(front->listener);
    front->connections = connection_set_free(front->connections);
    front->dispatch = dispatch_free(front->dispatch);
    if (front->control_readable)
        event_free(front->control_readable);
    if (front->drain)
        event_free(front->drain);
    if (front->base)
        event_base_free(front->base);
}

int front_run(int listen_socket, int control)
{
    struct front front;
    int r = front_init(&front, listen_socket, control);

    if (!r)
        r = sandbox_enter_front();
    if (!r && event_base_dispatch(front.base) < 0)
        r = -EIO;
    if (!r)
        r = front.result;
    front_deinit(&front);
    return r;
}
