/* SPDX-License-Identifier: MIT */
#include "daemon/front/connection.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "daemon/front/connection_internal.h"
#include "daemon/host/clock.h"
#include "daemon/host/fd.h"
#include "proto/error.h"
#include "proto/limits.h"

/* How late a deadline may be noticed. */
#define SWEEP_MS 100

/* --- deadlines and turns --- */

void connection_set_timed(struct connection *connection, enum timed timed, int64_t allowed_ms)
{
    const struct timeval interval = {.tv_usec = SWEEP_MS * 1000};
    struct connection_set *set = connection->set;

    if (connection->timed == timed)
        return;
    connection->timed = timed;
    connection->due_ms = clock_now_ms() + allowed_ms;
    if (timed != TIMED_NOT && !set->sweeping)
        set->sweeping = event_add(set->sweep, &interval) == 0;
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

        if (connection->timed != TIMED_NOT && now >= connection->due_ms)
            connection_close(connection);
        else
            any = any || connection->timed != TIMED_NOT;
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

int connection_set_new(struct connection_set **setp, struct event_base *base,
                       struct account_table *accounts, struct dispatch *dispatch,
                       connection_closed_fn closed, void *context)
{
    struct connection_set *set = calloc(1, sizeof(*set));

    if (!set)
        return -ENOMEM;
    *set = (struct connection_set){
        .base = base,
        .accounts = accounts,
        .dispatch = dispatch,
        .closed = closed,
        .context = context,
    };
    LIST_INIT(&set->connections);
    TAILQ_INIT(&set->with_more);
    set->sweep = event_new(base, -1, EV_PERSIST, on_sweep, set);
    set->turn = event_new(base, -1, 0, on_turn, set);
    if (!set->sweep || !set->turn) {
        connection_set_free(set);
        return -ENOMEM;
    }
    *setp = set;
    return 0;
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
    free(set);
    return NULL;
}

size_t connection_set_count(const struct connection_set *set)
{
    return set->n_connections;
}

/* Best effort: a client that does not read in time is closed all the same. */
static void turn_away(int socket, const char *text)
{
    uint8_t frame[ERROR_FRAME_BYTES];
    size_t n = error_write_frame(frame, 0, ERROR_BUSY, text);
    ssize_t sent = send(socket, frame, n, MSG_DONTWAIT | MSG_NOSIGNAL);

    (void)sent;
    fd_close(socket);
}

void connection_accept(struct connection_set *set, int socket, uid_t uid)
{
    struct account *account = account_find(set->accounts, uid);
    struct connection *connection;

    if (!account) {
        fd_close(socket);
        return;
    }
    if (set->n_connections >= LIMIT_CONNECTIONS_COUNT) {
        turn_away(socket, "the daemon has 4,096 connections");
        account_settle(account);
        return;
    }
    if (account->n_connections >= LIMIT_CONNECTIONS_PER_UID_COUNT) {
        turn_away(socket, "this uid has 256 connections");
        return;
    }
    connection = connection_new(set, account, socket);
    if (!connection) {
        account_settle(account);
        return;
    }
    account->n_connections++;
    set->n_connections++;
    LIST_INSERT_HEAD(&set->connections, connection, in_set);
}
