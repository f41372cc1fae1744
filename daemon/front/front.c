/* SPDX-License-Identifier: MIT */
#include "daemon/front/front.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <event2/event.h>

#include "base/clock.h"
#include "daemon/front/connection.h"
#include "daemon/front/connection_set.h"
#include "daemon/front/front_state.h"
#include "daemon/front/supervisor_link.h"
#include "daemon/ipc/control.h"
#include "daemon/ipc/front_program.h"
#include "daemon/limits.h"
#include "daemon/os/rights.h"
#include "daemon/os/sandbox.h"

/*
 * The supervisor's messages are handled before clients' requests, so that a client that has learned
 * of a new policy gets no answer by the old one. All other events have libevent's default priority,
 * which is the middle one.
 */
#define N_PRIORITIES     3
#define PRIORITY_CONTROL 0

/* The interval at which a front that is stopping checks whether everything has been answered. */
#define DRAIN_MS 10

static void on_drain(evutil_socket_t socket, short events, void *context)
{
    struct front *front = context;

    (void)socket;
    (void)events;
    front->drained_ms += DRAIN_MS;
    if (dispatch_in_flight(front->dispatch) == 0 || front->drained_ms >= LIMIT_SHUTDOWN_MS / 2)
        event_base_loopbreak(front->base);
}

/*
 * Begins to end, because the supervisor stops or has ended: the front finishes the requests that it
 * has taken.
 */
static void begin_drain(struct front *front)
{
    const struct timeval interval = {.tv_usec = DRAIN_MS * 1000};

    event_del(front->control_readable);
    listener_set_stop(&front->listeners);
    connection_set_stop(front->connections);
    dispatch_stop(front->dispatch);
    if (dispatch_in_flight(front->dispatch) == 0 || event_add(front->drain, &interval) < 0)
        event_base_loopbreak(front->base);
}

static void on_control(evutil_socket_t socket, short events, void *context)
{
    struct front *front = context;
    struct control_message message;
    int fd, r;

    (void)events;
    while ((r = control_receive(socket, &message, &fd)) == 0) {
        r = supervisor_link_handle(front, &message, fd);
        if (r)
            break;
    }
    if (r == 1)
        begin_drain(front);
    else if (r != -EAGAIN)
        supervisor_link_fail(front, "cannot read the supervisor's messages", r);
}

static void on_closed(void *context)
{
    struct front *front = context;

    listener_set_wake(&front->listeners);
}

/*
 * Ends the front, which cannot drop descriptors without its bin. The supervisor then starts a new
 * front with a new bin.
 */
static void on_bin_ended(void *context)
{
    supervisor_link_fail(context, "the bin's process has ended", -EPIPE);
}

/* --- life --- */

static int make_dispatch(struct front *front)
{
    const struct dispatch_callbacks callbacks = {
        .answer = connection_answer,
        .classify = connection_classify,
        .notify_supervisor = supervisor_link_notify,
        .context = front,
    };

    return dispatch_new(&front->dispatch, front->base, &callbacks, &front->accounts,
                        &front->monitor, front->settings);
}

static int make_admin(struct front *front)
{
    const struct admin_callbacks callbacks = {
        .answer = connection_reloaded,
        .reload = supervisor_link_ask_for_reload,
        .context = front,
    };

    return admin_new(&front->admin, &callbacks, front->dispatch, &front->monitor, &front->accounts);
}

static int make_bin(struct front *front, int listen_socket, int socket)
{
    const struct bin_callbacks callbacks = {
        .ended = on_bin_ended,
        .unparked = on_closed,
        .context = front,
    };

    return bin_new(&front->bin, front->base, socket, rights_read(listen_socket) >= 0, &callbacks);
}

static int make_connections(struct front *front)
{
    const struct connection_parts parts = {
        .base = front->base,
        .accounts = &front->accounts,
        .account_map = &front->account_map,
        .dispatch = front->dispatch,
        .admin = front->admin,
        .bin = front->bin,
        .statistics = &front->monitor.statistics,
        .closed = on_closed,
        .context = front,
    };

    return connection_set_new(&front->connections, &parts, front->settings);
}

static int make_parts(struct front *front, int listen_socket, int bin)
{
    int r = audit_new(&front->monitor.audit, front->base);

    if (!r)
        r = make_bin(front, listen_socket, bin);
    if (!r)
        r = make_dispatch(front);
    if (!r)
        r = make_admin(front);
    if (!r)
        r = make_connections(front);
    if (!r)
        r = listener_set_add(&front->listeners, front->base, FRONT_LISTEN_NAME, listen_socket,
                             front->connections);
    return r;
}

/*
 * Returns the settings that hold until the first epoch is in force: the default limits, and epoch
 * 0, to which no verifier belongs.
 */
static struct settings *make_settings(void)
{
    struct settings *settings = calloc(1, sizeof(*settings));

    if (!settings)
        return NULL;
    limits_set_defaults(&settings->limits);
    settings->limits.workers = LIMIT_VERIFIERS_COUNT;
    return settings;
}

/*
 * Makes an event base without locks, because the front has only one thread, and without libevent's
 * cache of the time of day: the front does not use that cache, and filling it in every turn would
 * cost a twentieth of the time of an answer from the cache.
 */
static struct event_base *make_base(void)
{
    struct event_config *config = event_config_new();
    struct event_base *base = NULL;

    if (config && event_config_set_flag(config, EVENT_BASE_FLAG_NOLOCK) == 0 &&
        event_config_set_flag(config, EVENT_BASE_FLAG_NO_CACHE_TIME) == 0)
        base = event_base_new_with_config(config);
    if (config)
        event_config_free(config);
    return base;
}

static int front_init(struct front *front, int listen_socket, int control, int bin)
{
    int r;

    *front = (struct front){
        .control = control,
        .monitor.recorder = RECORDER_NULL,
    };
    front->monitor.statistics.started_ms = clock_now_ms();
    account_table_init(&front->accounts);
    listener_set_init(&front->listeners);
    front->settings = make_settings();
    front->base = make_base();
    if (!front->settings || !front->base || event_base_priority_init(front->base, N_PRIORITIES) < 0)
        return -ENOMEM;
    r = make_parts(front, listen_socket, bin);
    if (r)
        return r;
    front->drain = event_new(front->base, -1, EV_PERSIST, on_drain, front);
    front->control_readable = event_new(front->base, control, EV_READ | EV_PERSIST, on_control,
                                        front);
    if (!front->drain || !front->control_readable ||
        event_priority_set(front->control_readable, PRIORITY_CONTROL) < 0 ||
        event_add(front->control_readable, NULL) < 0)
        return -ENOMEM;
    return 0;
}

static void front_deinit(struct front *front)
{
    listener_set_deinit(&front->listeners);
    front->http_server = http_server_free(front->http_server);
    front->connections = connection_set_free(front->connections);
    front->bin = bin_free(front->bin);
    front->dispatch = dispatch_free(front->dispatch);
    front->admin = admin_free(front->admin);
    front->monitor.audit = audit_free(front->monitor.audit);
    recorder_close(&front->monitor.recorder);
    account_table_deinit(&front->accounts);
    account_map_deinit(&front->account_map);
    free(front->settings);
    if (front->control_readable)
        event_free(front->control_readable);
    if (front->drain)
        event_free(front->drain);
    if (front->base)
        event_base_free(front->base);
}

int front_run(int listen_socket, int control, int bin)
{
    struct front front;
    int r = front_init(&front, listen_socket, control, bin);

    if (!r)
        r = sandbox_enter_front(bin);
    if (!r && event_base_dispatch(front.base) < 0)
        r = -EIO;
    if (!r)
        r = front.result;
    front_deinit(&front);
    return r;
}
