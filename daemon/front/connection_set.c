/* SPDX-License-Identifier: MIT */
#include "daemon/front/connection.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/fd.h"
#include "daemon/front/connection_internal.h"
#include "proto/error.h"

/* How late a deadline may be noticed. */
#define SWEEP_MS 100

/* --- deadlines and turns --- */

static void start_sweeping(struct connection_set *set)
{
    const struct timeval interval = {.tv_usec = SWEEP_MS * 1000};

    if (!set->sweeping)
        set->sweeping = event_add(set->sweep, &interval) == 0;
}

static int64_t allowed_ms(const struct connection_set *set, enum timed timed)
{
    const struct limits *limits = &set->settings->limits;

    switch (timed) {
    case TIMED_FRAME:
        return limits->frame_ms;
    case TIMED_OUTPUT:
        return limits->unread_output_ms;
    case TIMED_IDLE:
        return limits->idle_ms;
    case TIMED_NOT:
        break;
    }
    return 0;
}

void connection_set_timed(struct connection *connection, enum timed timed)
{
    struct connection_set *set = connection->set;

    if (connection->timed == timed)
        return;
    connection->timed = timed;
    if (timed == TIMED_NOT || (timed == TIMED_IDLE && set->settings->limits.idle_ms == 0))
        return;
    connection->due_ms = clock_now_ms() + allowed_ms(set, timed);
    start_sweeping(set);
}

/* Silence counts from the sweep that has seen it first: that is no clock for each request. */
static bool is_late(struct connection *connection, int64_t now)
{
    const struct connection_set *set = connection->set;

    if (connection->timed == TIMED_IDLE) {
        if (set->settings->limits.idle_ms == 0)
            return false;
        if (connection->is_active || connection->asker.n_waiters > 0 || connection->n_admin > 0)
            connection->due_ms = now + set->settings->limits.idle_ms;
        connection->is_active = false;
    }
    return connection->timed != TIMED_NOT && now >= connection->due_ms;
}

static bool is_watched(const struct connection *connection)
{
    return connection->timed == TIMED_FRAME || connection->timed == TIMED_OUTPUT ||
           (connection->timed == TIMED_IDLE && connection->set->settings->limits.idle_ms > 0);
}

static void on_sweep(evutil_socket_t socket, short events, void *context)
{
    struct connection_set *set = context;
    struct connection *connection = LIST_FIRST(&set->connections);
    int64_t now = clock_now_ms();
    bool any = false;

    (void)socket;
    (void)events;
    while (connection) {
        struct connection *next = LIST_NEXT(connection, in_set);

        if (is_late(connection, now)) {
            set->parts.statistics->n_expired++;
            connection_close(connection);
        } else {
            any = any || is_watched(connection);
        }
        connection = next;
    }
    if (!any) {
        event_del(set->sweep);
        set->sweeping = false;
    }
}

void connection_set_has_more(struct connection *connection, bool has_more)
{
    const struct timeval at_once = {0};
    struct connection_set *set = connection->set;

    if (connection->has_more == has_more)
        return;
    connection->has_more = has_more;
    if (!has_more) {
        TAILQ_REMOVE(&set->with_more, connection, in_turn);
        set->n_with_more--;
        return;
    }
    TAILQ_INSERT_TAIL(&set->with_more, connection, in_turn);
    set->n_with_more++;
    event_add(set->turn, &at_once);
}

/* One turn for each that has frames left; who has more still comes again in the next. */
static void on_turn(evutil_socket_t socket, short events, void *context)
{
    struct connection_set *set = context;

    (void)socket;
    (void)events;
    for (size_t n = set->n_with_more; n > 0 && set->n_with_more > 0; n--) {
        struct connection *connection = TAILQ_FIRST(&set->with_more);

        connection_set_has_more(connection, false);
        connection_proceed(connection);
    }
}

/* --- the set --- */

int connection_set_new(struct connection_set **setp, const struct connection_parts *parts,
                       const struct settings *settings)
{
    struct connection_set *set = calloc(1, sizeof(*set));

    if (!set)
        return -ENOMEM;
    set->parts = *parts;
    set->settings = settings;
    LIST_INIT(&set->connections);
    TAILQ_INIT(&set->with_more);
    set->sweep = event_new(parts->base, -1, EV_PERSIST, on_sweep, set);
    set->turn = event_new(parts->base, -1, 0, on_turn, set);
    if (!set->sweep || !set->turn) {
        connection_set_free(set);
        return -ENOMEM;
    }
    *setp = set;
    return 0;
}

void connection_set_settings(struct connection_set *set, const struct settings *settings)
{
    int64_t now = clock_now_ms();
    struct connection *connection;

    set->settings = settings;
    if (settings->limits.idle_ms == 0)
        return;
    LIST_FOREACH(connection, &set->connections, in_set)
    {
        if (connection->timed == TIMED_IDLE)
            connection->due_ms = now + settings->limits.idle_ms;
    }
    start_sweeping(set);
}

struct connection_set *connection_set_free(struct connection_set *set)
{
    struct connection *connection;

    if (!set)
        return NULL;
    while ((connection = LIST_FIRST(&set->connections)))
        connection_close(connection);
    if (set->sweep)
        event_free(set->sweep);
    if (set->turn)
        event_free(set->turn);
    buffer_deinit(&set->batch);
    free(set);
    return NULL;
}

size_t connection_set_count(const struct connection_set *set)
{
    return set->n_connections;
}

/* Best effort: a client that does not read in time is closed all the same. */
static void turn_away(struct connection_set *set, int socket, enum busy busy, const char *whose,
                      size_t n)
{
    uint8_t frame[ERROR_FRAME_BYTES];
    char text[96];
    size_t n_frame;
    ssize_t sent;

    snprintf(text, sizeof(text), "%s has %zu connections (%s)", whose, n, busy_name(busy));
    n_frame = error_write_frame(frame, 0, ERROR_BUSY, text);
    sent = send(socket, frame, n_frame, MSG_DONTWAIT | MSG_NOSIGNAL);
    (void)sent;
    fd_close(socket);
    set->parts.statistics->busy[busy]++;
}

void connection_accept(struct connection_set *set, int socket, uid_t uid)
{
    const struct limits *limits = &set->settings->limits;
    struct account *account = account_find(set->parts.accounts, uid);
    struct connection *connection;

    if (!account) {
        fd_close(socket);
        return;
    }
    set->parts.statistics->n_accepted++;
    if (set->n_connections >= limits->connections) {
        turn_away(set, socket, BUSY_CONNECTIONS, "the daemon", set->n_connections);
        return;
    }
    if (account->n_connections >= limits->connections_per_uid) {
        turn_away(set, socket, BUSY_CONNECTIONS_PER_UID, "this uid", account->n_connections);
        return;
    }
    connection = connection_new(set, account, socket);
    if (!connection)
        return;
    account->n_connections++;
    account_settle(set->parts.accounts, account);
    set->n_connections++;
    set->parts.statistics->n_connections++;
    LIST_INSERT_HEAD(&set->connections, connection, in_set);
    connection_set_timed(connection, TIMED_IDLE);
}
