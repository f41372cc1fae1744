/* SPDX-License-Identifier: MIT */
#include "daemon/front/front.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <event2/event.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/log.h"
#include "daemon/front/account.h"
#include "daemon/front/admin.h"
#include "daemon/front/bin.h"
#include "daemon/front/connection.h"
#include "daemon/front/connection_set.h"
#include "daemon/front/dispatch.h"
#include "daemon/front/http_server.h"
#include "daemon/front/listener.h"
#include "daemon/front/monitor.h"
#include "daemon/ipc/account_map.h"
#include "daemon/ipc/control.h"
#include "daemon/ipc/front_program.h"
#include "daemon/ipc/settings.h"
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

/*
 * The largest number of listening sockets: the one that the front is started with, the
 * administrative one, and the named ones.
 */
#define LISTENERS_COUNT (2 + LIMIT_NAMED_SOCKETS_COUNT)

struct front_listener {
    char name[LIMIT_SOCKET_NAME_BYTES];
    int fd;
    struct listener *listener; /* NULL if this place is free */
};

struct front {
    struct event_base *base;
    struct event *control_readable;
    struct event *drain;
    struct account_table accounts;
    struct monitor monitor;
    struct settings *settings; /* the settings in force */
    struct account_map account_map;
    struct dispatch *dispatch;
    struct admin *admin;
    struct bin *bin;
    struct connection_set *connections;
    struct front_listener listeners[LISTENERS_COUNT];
    size_t n_room;       /* the number of connections that all listeners together may have */
    bool has_verifier;   /* a verifier has been added, so that clients can be answered */
    bool is_unavailable; /* the reason why no policy is in force is known, and clients get it */
    struct http_server *http_server;
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

/* --- to the supervisor --- */

static void notify_supervisor(void *context, uint32_t verifier, enum control_kind kind)
{
    struct front *front = context;
    struct control_message message = {.kind = kind, .verifier = verifier};
    int r = control_send(front->control, &message, -1);

    if (r && r != -EPIPE)
        fail(front, "cannot send the supervisor a message", r);
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

/*
 * Begins to end, because the supervisor stops or has ended: the front finishes the requests that it
 * has taken.
 */
static void begin_drain(struct front *front)
{
    const struct timeval interval = {.tv_usec = DRAIN_MS * 1000};

    event_del(front->control_readable);
    for (size_t i = 0; i < LISTENERS_COUNT; i++) {
        if (front->listeners[i].listener)
            listener_stop(front->listeners[i].listener);
    }
    connection_set_stop(front->connections);
    dispatch_stop(front->dispatch);
    if (dispatch_in_flight(front->dispatch) == 0 || event_add(front->drain, &interval) < 0)
        event_base_loopbreak(front->base);
}

static int ask_for_reload(void *context)
{
    struct front *front = context;
    const struct control_message message = {.kind = CONTROL_RELOAD};

    return control_send(front->control, &message, -1);
}

/* Begins to accept clients once there are an epoch and a verifier, or a reason why there is no
 * policy, which answers them too. Returns 0 or -ENOMEM. */
static int begin_accepting(struct front *front)
{
    int r = 0;

    if (!front->is_unavailable && (!front->has_verifier || front->settings->epoch == 0))
        return 0;
    for (size_t i = 0; !r && i < LISTENERS_COUNT; i++) {
        if (front->listeners[i].listener)
            r = listener_begin(front->listeners[i].listener);
    }
    return r;
}

/* --- from the supervisor: each handler takes the descriptor --- */

static int handle_verifier(struct front *front, const struct control_message *message, int fd)
{
    int r;

    if (fd < 0) {
        notify_supervisor(front, message->verifier, CONTROL_OVERRUN);
        return 0;
    }
    r = dispatch_add_verifier(front->dispatch, message, fd);
    front->has_verifier |= r == 0;
    return r ? r : begin_accepting(front);
}

static int handle_gone(struct front *front, const struct control_message *message, int fd)
{
    fd_close(fd);
    dispatch_lose_verifier(front->dispatch, message->verifier, (enum control_cause)message->cause);
    return 0;
}

/*
 * Puts a new epoch in force. A failure ends the front, because it must not go on with a policy that
 * is no longer in force.
 */
static int handle_epoch(struct front *front, const struct control_message *message, int fd)
{
    struct settings *old = front->settings;
    struct settings *settings = malloc(sizeof(*settings));
    int r = settings ? settings_read(settings, fd) : -ENOMEM;

    fd_close(fd);
    if (!r && settings->epoch != message->epoch)
        r = -EBADMSG;
    if (r) {
        free(settings);
        return r;
    }
    front->settings = settings;
    connection_set_settings(front->connections, settings);
    dispatch_set_epoch(front->dispatch, settings);
    free(old);
    return begin_accepting(front);
}

static int handle_facts(struct front *front, const struct control_message *message, int fd)
{
    char text[LIMIT_FACTS_BYTES];
    size_t len = 0;
    int r = settings_read_text(fd, text, sizeof(text), &len);

    (void)message;
    fd_close(fd);
    if (!r)
        r = admin_set_facts(front->admin, text, len);
    if (r)
        log_warning("front: the supervisor's part of the status is malformed and is not shown: %s",
                    strerror(-r));
    return 0;
}

static int handle_reloaded(struct front *front, const struct control_message *message, int fd)
{
    char text[LIMIT_FACTS_BYTES];
    size_t len = 0;

    /* The reload has ended, so its requesters are answered even if the text cannot be read. */
    if (settings_read_text(fd, text, sizeof(text), &len) < 0)
        len = 0;
    fd_close(fd);
    admin_end_reload(front->admin, message->cause != 0, text, len);
    return 0;
}

static int handle_unavailable(struct front *front, const struct control_message *message, int fd)
{
    char text[LIMIT_ERROR_TEXT_BYTES + 1];
    size_t len = 0;
    int r = settings_read_text(fd, text, sizeof(text), &len);

    (void)message;
    fd_close(fd);
    if (r)
        return r;
    dispatch_set_unavailable(front->dispatch, text);
    front->is_unavailable = true;
    return begin_accepting(front);
}

static int handle_record(struct front *front, const struct control_message *message, int fd)
{
    (void)message;
    recorder_open(&front->monitor.recorder, fd);
    return 0;
}

static int handle_metrics(struct front *front, const struct control_message *message, int fd)
{
    int r;

    (void)message;
    front->http_server = http_server_free(front->http_server);
    if (fd < 0)
        return 0;
    r = http_server_new(&front->http_server, front->base, fd, front->admin, front->bin);
    if (r)
        log_warning("front: cannot serve metrics over HTTP: %s", strerror(-r));
    return 0;
}

static int handle_accounts(struct front *front, const struct control_message *message, int fd)
{
    struct account_map map;
    int r = account_map_read(&map, fd);

    (void)message;
    fd_close(fd);
    if (r)
        return r;
    account_map_deinit(&front->account_map);
    front->account_map = map;
    return 0;
}

/*
 * Answers the supervisor's ping, which shows that this process is not stuck. As pings come every
 * second, the periodic work is done here too.
 */
static int handle_ping(struct front *front, const struct control_message *message, int fd)
{
    int64_t now_ms = clock_now_ms();

    (void)message;
    fd_close(fd);
    notify_supervisor(front, 0, CONTROL_PONG);
    connection_set_look(front->connections, now_ms);
    dispatch_rotate(front->dispatch, now_ms);
    return 0;
}

/*
 * Returns the listener with this name; if `name` is NULL, a free place. Returns NULL if there is
 * none.
 */
static struct front_listener *find_listener(struct front *front, const char *name)
{
    for (size_t i = 0; i < LISTENERS_COUNT; i++) {
        struct front_listener *one = &front->listeners[i];

        if (name ? one->listener && strcmp(one->name, name) == 0 : !one->listener)
            return one;
    }
    return NULL;
}

/* Accepts connections at one more socket, which is taken over whatever happens. */
static int add_listener(struct front *front, const char *name, int fd)
{
    struct front_listener *added = find_listener(front, NULL);
    struct listener_socket socket = {.fd = fd, .n_room = front->n_room};
    int r = -E2BIG;

    if (added) {
        *added = (struct front_listener){.fd = fd};
        snprintf(added->name, sizeof(added->name), "%s", name);
        socket.name = added->name;
        r = listener_new(&added->listener, front->base, &socket, front->connections);
    }
    if (r)
        fd_close(fd);
    return r ? r : begin_accepting(front);
}

/*
 * Closes the socket and all its connections. Under the next epoch they would be judged by the
 * policy for their user, which may be weaker than that for the socket.
 */
static void remove_listener(struct front *front, struct front_listener *removed)
{
    connection_set_close_socket(front->connections, removed->name);
    removed->listener = listener_free(removed->listener);
    removed->fd = fd_close(removed->fd);
}

static int handle_listen(struct front *front, const struct control_message *message, int fd)
{
    if (fd < 0 || memchr(message->name, '\0', sizeof(message->name)) == NULL) {
        fd_close(fd);
        return -EBADMSG;
    }
    admin_set_own_uid(front->admin, message->uid);
    return add_listener(front, message->name, fd);
}

static int handle_unlisten(struct front *front, const struct control_message *message, int fd)
{
    struct front_listener *removed = NULL;

    fd_close(fd);
    if (memchr(message->name, '\0', sizeof(message->name)))
        removed = find_listener(front, message->name);
    if (!removed)
        return -EBADMSG;
    remove_listener(front, removed);
    return 0;
}

static int handle_message(struct front *front, const struct control_message *message, int fd)
{
    static int (*const handlers[])(struct front *, const struct control_message *, int) = {
        [CONTROL_VERIFIER] = handle_verifier,
        [CONTROL_GONE] = handle_gone,
        [CONTROL_EPOCH] = handle_epoch,
        [CONTROL_FACTS] = handle_facts,
        [CONTROL_RELOADED] = handle_reloaded,
        [CONTROL_RECORD] = handle_record,
        [CONTROL_METRICS] = handle_metrics,
        [CONTROL_PING] = handle_ping,
        [CONTROL_ACCOUNTS] = handle_accounts,
        [CONTROL_LISTEN] = handle_listen,
        [CONTROL_UNAVAILABLE] = handle_unavailable,
        [CONTROL_UNLISTEN] = handle_unlisten,
    };

    if (message->kind < sizeof(handlers) / sizeof(handlers[0]) && handlers[message->kind])
        return handlers[message->kind](front, message, fd);
    fd_close(fd);
    return -EBADMSG;
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
        fail(front, "cannot read the supervisor's messages", r);
}

static void on_closed(void *context)
{
    struct front *front = context;

    for (size_t i = 0; i < LISTENERS_COUNT; i++) {
        if (front->listeners[i].listener)
            listener_wake(front->listeners[i].listener);
    }
}

/*
 * Ends the front, which cannot drop descriptors without its bin. The supervisor then starts a new
 * front with a new bin.
 */
static void on_bin_ended(void *context)
{
    fail(context, "the bin's process has ended", -EPIPE);
}

/* --- life --- */

static int make_dispatch(struct front *front)
{
    const struct dispatch_callbacks callbacks = {
        .answer = connection_answer,
        .classify = connection_classify,
        .notify_supervisor = notify_supervisor,
        .context = front,
    };

    return dispatch_new(&front->dispatch, front->base, &callbacks, &front->accounts,
                        &front->monitor, front->settings);
}

static int make_admin(struct front *front)
{
    const struct admin_callbacks callbacks = {
        .answer = connection_reloaded,
        .reload = ask_for_reload,
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
        r = add_listener(front, FRONT_LISTEN_NAME, listen_socket);
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
        .n_room = listener_count_room(),
    };
    front->monitor.statistics.started_ms = clock_now_ms();
    account_table_init(&front->accounts);
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
    for (size_t i = 0; i < LISTENERS_COUNT; i++) {
        if (front->listeners[i].listener)
            fd_close(front->listeners[i].fd);
        listener_free(front->listeners[i].listener);
    }
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
