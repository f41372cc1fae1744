/* SPDX-License-Identifier: MIT */
#include "daemon/front/listener.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/log.h"
#include "daemon/front/writer.h"
#include "daemon/ipc/control.h"
#include "daemon/limits.h"

/* The number of connections that are accepted in a row before other events are handled. */
#define ACCEPTS_COUNT 8
/* The pause when no descriptors are left; it ends earlier if a connection closes. */
#define PAUSE_MS 100
/* A pause is logged at most once in this time. */
#define LOG_INTERVAL_MS 10000

struct listener {
    struct connection_set *connections;
    const char *name;
    bool is_admin;
    struct event *readable;
    struct event *paused;
    size_t n_room; /* the number of connections that all listeners together may have */
    int64_t next_log_ms;
    bool has_begun;
    bool is_pausing;
    bool is_stopped;
};

/*
 * Makes a connection of an accepted socket. If the kernel names no uid for it, it is closed. The
 * kernel is asked to name each writer at the administrative socket, and for connections that root
 * opened, because root may hand them to another user, as a service manager or a broker does. For
 * other connections that would only cost time.
 */
static void hand_over(struct listener *listener, int socket)
{
    struct ucred credentials = {.pid = -1, .uid = (uid_t)-1, .gid = (gid_t)-1};
    socklen_t len = sizeof(credentials);
    struct connection_origin origin;

    if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &len) < 0 ||
        len != sizeof(credentials) || credentials.uid == (uid_t)-1) {
        connection_set_drop(listener->connections, socket, NULL);
        return;
    }
    origin = (struct connection_origin){
        .socket = listener->name,
        .uid = credentials.uid,
        .is_admin = listener->is_admin,
        .has_writers = listener->is_admin || credentials.uid == 0,
    };
    if (writer_ask(socket, origin.has_writers) < 0) {
        connection_set_drop(listener->connections, socket, NULL);
        return;
    }
    connection_set_accept(listener->connections, socket, &origin);
}

/*
 * Logs a pause, but not often: clients that use up the descriptors must not fill the log as well.
 */
static void log_pause(struct listener *listener, const char *why)
{
    int64_t now = clock_now_ms();

    if (now < listener->next_log_ms)
        return;
    listener->next_log_ms = now + LOG_INTERVAL_MS;
    log_warning(
        "front: cannot accept connections: %s: %zu are open, and new ones wait: raise the limit of "
        "open files",
        why, connection_set_count(listener->connections));
}

/* Stops accepting for a while: without free descriptors accept would fail again at once. */
static void pause_accepting(struct listener *listener, const char *why)
{
    const struct timeval interval = {.tv_usec = PAUSE_MS * 1000};

    log_pause(listener, why);
    event_del(listener->readable);
    event_add(listener->paused, &interval);
    listener->is_pausing = true;
}

static void on_readable(evutil_socket_t socket, short events, void *context)
{
    struct listener *listener = context;

    (void)events;
    for (unsigned i = 0; i < ACCEPTS_COUNT; i++) {
        int client;

        if (connection_set_count(listener->connections) >= listener->n_room) {
            pause_accepting(listener, "too few descriptors are left");
            return;
        }
        client = accept4(socket, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

        if (client >= 0) {
            hand_over(listener, client);
            continue;
        }
        if (errno == EAGAIN)
            return;
        if (errno == EINTR || errno == ECONNABORTED)
            continue;
        pause_accepting(listener, strerror(errno));
        return;
    }
}

static void on_paused(evutil_socket_t socket, short events, void *context)
{
    (void)socket;
    (void)events;
    listener_wake(context);
}

size_t listener_count_room(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur <= LIMIT_SPARE_DESCRIPTORS_COUNT)
        return 1;
    return limit.rlim_cur - LIMIT_SPARE_DESCRIPTORS_COUNT;
}

static int begin(struct listener *listener)
{
    if (event_add(listener->readable, NULL) < 0)
        return -ENOMEM;
    listener->has_begun = true;
    return 0;
}

int listener_new(struct listener **listenerp, struct event_base *base,
                 const struct listener_socket *socket, struct connection_set *connections)
{
    struct listener *listener = calloc(1, sizeof(*listener));

    if (!listener)
        return -ENOMEM;
    *listener = (struct listener){
        .connections = connections,
        .name = socket->name,
        .is_admin = strcmp(socket->name, CONTROL_ADMIN_NAME) == 0,
        .n_room = socket->n_room,
    };
    listener->readable = event_new(base, socket->fd, EV_READ | EV_PERSIST, on_readable, listener);
    listener->paused = event_new(base, -1, 0, on_paused, listener);
    if (!listener->readable || !listener->paused || (listener->is_admin && begin(listener) < 0)) {
        listener_free(listener);
        return -ENOMEM;
    }
    *listenerp = listener;
    return 0;
}

int listener_begin(struct listener *listener)
{
    return listener->has_begun || listener->is_stopped ? 0 : begin(listener);
}

struct listener *listener_free(struct listener *listener)
{
    if (!listener)
        return NULL;
    if (listener->readable)
        event_free(listener->readable);
    if (listener->paused)
        event_free(listener->paused);
    free(listener);
    return NULL;
}

void listener_stop(struct listener *listener)
{
    listener->is_stopped = true;
    event_del(listener->readable);
    event_del(listener->paused);
}

void listener_wake(struct listener *listener)
{
    if (!listener->is_pausing || listener->is_stopped)
        return;
    listener->is_pausing = false;
    event_del(listener->paused);
    event_add(listener->readable, NULL);
}
