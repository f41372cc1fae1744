/* SPDX-License-Identifier: MIT */
#include "daemon/front/connection_set.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "daemon/front/connection.h"
#include "daemon/front/connection_schedule.h"
#include "daemon/front/connection_state.h"
#include "daemon/limits.h"
#include "proto/error.h"

/* Silent connections are looked at this many times in one idle-time. */
#define IDLE_PART 10

/* --- deadlines and turns --- */

static bool has_idle_limit(const struct connection_set *set)
{
    return set->settings->limits.idle_ms > 0;
}

/*
 * Returns whether a silent connection has missed its deadline. Each look that finds it active
 * restarts its time, so that no clock has to be read for a request.
 */
static bool is_silent_for_long(struct connection *connection, int64_t now_ms)
{
    if (connection->was_active || connection->requester.n_pending > 0 || connection->n_reloads > 0)
        connection->due_ms = now_ms + connection->set->settings->limits.idle_ms;
    connection->was_active = false;
    return now_ms >= connection->due_ms;
}

static void expire(struct connection *connection)
{
    connection->set->parts.statistics->n_expired++;
    connection_close(connection);
}

void connection_set_look(struct connection_set *set, int64_t now_ms)
{
    struct connection *connection = LIST_FIRST(&set->connections);

    if (!has_idle_limit(set) || now_ms < set->look_ms)
        return;
    set->look_ms = now_ms + set->settings->limits.idle_ms / IDLE_PART;
    while (connection) {
        struct connection *next = LIST_NEXT(connection, in_set);

        if (connection->deadline == CONNECTION_DEADLINE_IDLE &&
            is_silent_for_long(connection, now_ms))
            expire(connection);
        connection = next;
    }
}

static bool is_timed(const struct connection *connection)
{
    return connection->deadline != CONNECTION_DEADLINE_NONE &&
           connection->deadline != CONNECTION_DEADLINE_IDLE;
}

static void on_deadline_timer(evutil_socket_t socket, short events, void *context)
{
    struct connection_set *set = context;
    struct connection *connection = LIST_FIRST(&set->connections);
    int64_t now_ms = clock_now_ms();
    bool any_timed = false;

    (void)socket;
    (void)events;
    while (connection) {
        struct connection *next = LIST_NEXT(connection, in_set);

        if (is_timed(connection) && now_ms >= connection->due_ms)
            expire(connection);
        else
            any_timed = any_timed || is_timed(connection);
        connection = next;
    }
    if (!any_timed) {
        event_del(set->deadline_timer);
        set->is_timing = false;
    }
}

/*
 * Gives the account a turn: proceeds with one connection after the other until the account's share
 * of this round is used up.
 */
static void give_turn(struct connection_set *set, struct account *account)
{
    struct connection *connection;

    /* The account moves to the end of the list first, so that if it needs another turn it comes
     * behind the others. */
    TAILQ_REMOVE(&set->with_turn, account, in_turns);
    TAILQ_INSERT_TAIL(&set->with_turn, account, in_turns);
    while (account_has_turn(account, set->round) &&
           (connection = TAILQ_FIRST(&account->with_turn))) {
        connection_schedule_turn(connection, false);
        connection_proceed(connection);
    }
}

/*
 * Gives one turn to each account that needs one. Accounts that need more wait for the next round.
 */
static void on_turn_timer(evutil_socket_t socket, short events, void *context)
{
    struct connection_set *set = context;

    (void)socket;
    (void)events;
    connection_schedule_begin_round(set);
    for (size_t n = set->n_with_turn; n > 0 && set->n_with_turn > 0; n--)
        give_turn(set, TAILQ_FIRST(&set->with_turn));
    if (set->n_with_turn > 0)
        connection_schedule_round(set);
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
    TAILQ_INIT(&set->with_turn);
    set->deadline_timer = event_new(parts->base, -1, EV_PERSIST, on_deadline_timer, set);
    set->turn_timer = event_new(parts->base, -1, 0, on_turn_timer, set);
    if (!set->deadline_timer || !set->turn_timer) {
        connection_set_free(set);
        return -ENOMEM;
    }
    *setp = set;
    return 0;
}

void connection_set_settings(struct connection_set *set, const struct settings *settings)
{
    int64_t now_ms = clock_now_ms();
    struct connection *connection;

    set->settings = settings;
    if (!has_idle_limit(set))
        return;
    LIST_FOREACH(connection, &set->connections, in_set)
    {
        if (connection->deadline == CONNECTION_DEADLINE_IDLE)
            connection->due_ms = now_ms + settings->limits.idle_ms;
    }
    set->look_ms = now_ms;
}

struct connection_set *connection_set_free(struct connection_set *set)
{
    struct connection *connection;

    if (!set)
        return NULL;
    while ((connection = LIST_FIRST(&set->connections)))
        connection_close(connection);
    assert(set->n_connections == 0 && set->n_with_turn == 0);
    if (set->deadline_timer)
        event_free(set->deadline_timer);
    if (set->turn_timer)
        event_free(set->turn_timer);
    buffer_deinit(&set->batch);
    free(set);
    return NULL;
}

void connection_set_stop(struct connection_set *set)
{
    struct connection *connection = LIST_FIRST(&set->connections);

    while (connection) {
        struct connection *next = LIST_NEXT(connection, in_set);

        connection->has_ended = true;
        buffer_deinit(&connection->in);
        connection_proceed(connection);
        connection = next;
    }
}

void connection_set_close_socket(struct connection_set *set, const char *name)
{
    struct connection *connection = LIST_FIRST(&set->connections);

    while (connection) {
        struct connection *next = LIST_NEXT(connection, in_set);

        if (strcmp(connection->origin.socket, name) == 0)
            connection_close(connection);
        connection = next;
    }
}

size_t connection_set_count(const struct connection_set *set)
{
    return set->n_connections + bin_count_parked(set->parts.bin);
}

void connection_set_drop(struct connection_set *set, int socket, struct account *account)
{
    if (bin_close(set->parts.bin, socket, account, bin_may_get_rights(socket)))
        set->parts.statistics->n_tainted++;
}

/*
 * Sends an error reply, as much of it as the socket takes without waiting, and closes the socket.
 */
static void turn_away(struct connection_set *set, int socket, struct account *account,
                      enum error_code code, const char *text)
{
    uint8_t frame[ERROR_FRAME_BYTES];
    size_t n_frame = error_write_frame(frame, 0, code, text);
    ssize_t sent = send(socket, frame, n_frame, MSG_DONTWAIT | MSG_NOSIGNAL);

    (void)sent;
    connection_set_drop(set, socket, account);
}

static void turn_away_busy(struct connection_set *set, int socket, struct account *account,
                           enum busy_reason reason, const char *whose, size_t n)
{
    char text[96];

    snprintf(text, sizeof(text), "%s has %zu connections (%s)", whose, n,
             statistics_busy_name(reason));
    turn_away(set, socket, account, ERROR_BUSY, text);
    set->parts.statistics->busy[reason]++;
}

/*
 * Returns the connection that has been idle longest, among those of other accounts that have more
 * connections than this account would have with one more; NULL if there is none.
 */
static struct connection *find_idle_of_others(struct connection_set *set,
                                              const struct account *account)
{
    struct connection *connection, *found = NULL;

    LIST_FOREACH(connection, &set->connections, in_set)
    {
        const struct account *owner = connection->requester.account;

        if (connection->deadline == CONNECTION_DEADLINE_IDLE &&
            connection->requester.n_pending == 0 && connection->n_reloads == 0 &&
            owner->charged[ACCOUNT_CONNECTIONS] > account->charged[ACCOUNT_CONNECTIONS] + 1 &&
            (!found || connection->idle_since < found->idle_since))
            found = connection;
    }
    return found;
}

/*
 * Returns whether there is room for one more connection of the account. If need be, the connection
 * that has been idle longest is closed, of an account with more connections. The last places are
 * reserved for root and for accounts with few connections.
 */
static bool make_room(struct connection_set *set, const struct account *account)
{
    size_t most = set->settings->limits.connections, n = set->n_connections;
    bool is_modest = account->uid == 0 ||
                     account->charged[ACCOUNT_CONNECTIONS] < LIMIT_FEW_CONNECTIONS_COUNT;
    struct connection *idle;

    if (n < most - most / LIMIT_RESERVED_CONNECTIONS_PART || (is_modest && n < most))
        return true;
    idle = find_idle_of_others(set, account);
    if (!idle)
        return false;
    set->parts.statistics->n_expired++;
    connection_close(idle);
    return true;
}

void connection_set_accept(struct connection_set *set, int socket,
                           const struct connection_origin *origin)
{
    const struct limits *limits = &set->settings->limits;
    uid_t account_uid = account_map_find(set->parts.account_map, origin->uid);
    struct account *account = account_find(set->parts.accounts, account_uid);

    if (!account) {
        connection_set_drop(set, socket, NULL);
        return;
    }
    set->parts.statistics->n_accepted++;
    if (origin->is_admin && !admin_may_ask(set->parts.admin, origin->uid))
        turn_away(set, socket, account, ERROR_FORBIDDEN,
                  "status, metrics and reload are for root, or the user that started the daemon");
    else if (account->charged[ACCOUNT_CONNECTIONS] >= limits->connections_per_uid)
        turn_away_busy(set, socket, account, BUSY_CONNECTIONS_PER_UID, "this uid",
                       account->charged[ACCOUNT_CONNECTIONS]);
    else if (!make_room(set, account))
        turn_away_busy(set, socket, account, BUSY_CONNECTIONS, "the daemon", set->n_connections);
    else
        connection_open(set, account, socket, origin);
}
