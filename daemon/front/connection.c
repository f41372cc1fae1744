/* SPDX-License-Identifier: MIT */
#include "daemon/front/connection.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "daemon/front/client_class.h"
#include "daemon/front/connection_input.h"
#include "daemon/front/connection_output.h"
#include "daemon/front/connection_schedule.h"
#include "daemon/front/connection_state.h"
#include "daemon/ipc/note.h"
#include "proto/frame.h"

/*
 * The time of one turn in SAMPLE_PART is measured. Measuring every turn would be too slow, because
 * reading the clock costs as much as hashing a request.
 */
#define SAMPLE_PART 16

static inline struct connection *connection_of(struct requester *requester)
{
    return (struct connection *)(void *)requester;
}

/* Makes the account's charge equal to the present size of the buffers. */
static void update_held(struct connection *connection)
{
    struct account *account = connection->requester.account;
    size_t n = connection->in.size + connection->out.size;

    if (n == connection->n_held)
        return;
    account_charge(account, ACCOUNT_HELD_BYTES, n);
    account_release(account, ACCOUNT_HELD_BYTES, connection->n_held);
    connection->n_held = n;
}

/*
 * Frees the connection and closes its socket. If the bin has no room, the socket stays charged to
 * the account until it has.
 */
static void connection_free(struct connection *connection)
{
    struct connection_set *set = connection->set;

    event_del(&connection->readable);
    event_del(&connection->writable);
    if (bin_close(set->parts.bin, connection->socket, connection->requester.account,
                  connection->gets_rights))
        set->parts.statistics->n_tainted++;
    buffer_deinit(&connection->in);
    buffer_deinit(&connection->out);
    free(connection);
}

void connection_close(struct connection *connection)
{
    struct connection_set *set = connection->set;
    struct account *account = connection->requester.account;

    dispatch_abandon(set->parts.dispatch, &connection->requester);
    if (connection->n_reloads > 0)
        admin_abandon(set->parts.admin, connection);
    connection_schedule_turn(connection, false);
    LIST_REMOVE(connection, in_set);
    set->n_connections--;
    set->parts.statistics->n_connections--;
    account_release(account, ACCOUNT_HELD_BYTES, connection->n_held);
    connection_free(connection);
    account_release(account, ACCOUNT_CONNECTIONS, 1);
    set->parts.closed(set->parts.context);
}

/* --- turns --- */

/* Sets the deadline for what the client has left unfinished. */
static void update_deadline(struct connection *connection)
{
    if (connection->out.len > 0)
        connection_schedule_deadline(connection, CONNECTION_DEADLINE_OUTPUT);
    else if (connection->is_held || (connection->in.len > 0 && !connection->needs_turn))
        connection_schedule_deadline(connection, CONNECTION_DEADLINE_FRAME);
    /* The deadline of an incomplete frame stays while the connection waits for a turn. */
    else if (connection->in.len == 0 || connection->deadline != CONNECTION_DEADLINE_FRAME)
        connection_schedule_deadline(connection, CONNECTION_DEADLINE_IDLE);
}

static bool is_done(const struct connection *connection)
{
    return connection->has_ended && !connection->is_held && connection->requester.n_pending == 0 &&
           connection->n_reloads == 0 && connection->out.len == 0 && !connection->needs_turn;
}

static bool wants_turn(const struct connection *connection)
{
    if (connection_output_is_stalled(connection))
        return false;
    return connection_input_has_frame(connection) ||
           (connection->may_read && !connection->has_ended);
}

void connection_proceed(struct connection *connection)
{
    struct connection_set *set = connection->set;
    bool is_sampled = ++set->n_batches % SAMPLE_PART == 0;
    int64_t begun_us = is_sampled ? clock_now_us() : 0;
    int r;

    connection_schedule_unmute(connection);
    set->n_known = 0;
    connection->idle_since = ++set->n_turns;
    r = connection_input_take(connection);
    if (!r)
        r = connection_output_flush(connection);
    buffer_clear(&set->batch);
    if (is_sampled && set->n_known > 0)
        histogram_add(&set->parts.statistics->warm, clock_now_us() - begun_us, set->n_known);
    update_held(connection);
    if (!r)
        connection_schedule_turn(connection, wants_turn(connection));
    if (r || is_done(connection)) {
        connection_close(connection);
        return;
    }
    update_deadline(connection);
}

static void on_readable(evutil_socket_t socket, short events, void *context)
{
    struct connection *connection = context;

    (void)socket;
    connection->may_read = true;
    connection->has_hung_up = connection->has_hung_up || events & EV_CLOSED;
    connection->is_held = connection->is_held && !connection->has_hung_up;
    if (connection->needs_turn)
        connection_schedule_mute(connection);
    else if (account_has_turn(connection->requester.account, connection->set->round) ||
             connection->has_ended || connection_output_is_stalled(connection) ||
             connection_schedule_renew(connection->set))
        connection_proceed(connection);
    else
        connection_schedule_turn(connection, true);
}

static void on_writable(evutil_socket_t socket, short events, void *context)
{
    (void)socket;
    (void)events;
    connection_proceed(context);
}

/*
 * Makes urgent data part of the stream. A descriptor may be passed with urgent data, and only a
 * peek at the stream finds it.
 */
static bool inline_urgent_data(int socket)
{
    const int yes = 1;

    return setsockopt(socket, SOL_SOCKET, SO_OOBINLINE, &yes, sizeof(yes)) == 0;
}

struct connection *connection_open(struct connection_set *set, struct account *account, int socket,
                                   const struct connection_origin *origin)
{
    struct connection *connection = calloc(1, sizeof(*connection));
    struct event_base *base = set->parts.base;
    bool gets_rights = bin_may_get_rights(socket);

    if (!connection) {
        bin_close(set->parts.bin, socket, account, gets_rights);
        return NULL;
    }
    *connection = (struct connection){
        .requester = {.account = account, .uid = origin->uid, .socket = origin->socket},
        .set = set,
        .socket = socket,
        .gets_rights = gets_rights,
        .idle_since = ++set->n_turns,
        .origin = *origin,
        .class_epoch = UINT64_MAX, /* no epoch has this number, so that the class is looked up at
                                      the first request */
    };
    LIST_INIT(&connection->requester.pending);
    if ((gets_rights && !inline_urgent_data(socket)) ||
        event_assign(&connection->readable, base, socket, EV_READ | EV_CLOSED | EV_ET | EV_PERSIST,
                     on_readable, connection) < 0 ||
        event_assign(&connection->writable, base, socket, EV_WRITE | EV_ET | EV_PERSIST,
                     on_writable, connection) < 0 ||
        event_add(&connection->readable, NULL) < 0) {
        connection_free(connection);
        return NULL;
    }
    account_charge(account, ACCOUNT_CONNECTIONS, 1);
    LIST_INSERT_HEAD(&set->connections, connection, in_set);
    set->n_connections++;
    set->parts.statistics->n_connections++;
    connection_schedule_deadline(connection, CONNECTION_DEADLINE_IDLE);
    return connection;
}

/* --- callbacks of dispatch and admin --- */

/*
 * If the policy has a section for this socket, everybody who asks at the socket has the class of
 * that section. Otherwise the class depends on groups. Those of a writer other than the process
 * that connected are unknown, so that such a writer has no class.
 */
static uint32_t find_class(const struct connection *connection)
{
    const struct settings *settings = connection->set->settings;
    uint32_t class = settings_class_of_socket(settings, connection->origin.socket);

    if (class != CLIENT_CLASS_NONE)
        return class;
    if (connection->has_writer && connection->writer != connection->origin.uid)
        return CLIENT_CLASS_UNIDENTIFIED;
    return client_class_read(settings, connection->socket);
}

uint32_t connection_classify(struct requester *requester)
{
    struct connection *connection = connection_of(requester);
    const struct settings *settings = connection->set->settings;

    if (connection->class_epoch != settings->epoch) {
        connection->client_class = find_class(connection);
        connection->class_epoch = settings->epoch;
    }
    return connection->client_class;
}

/*
 * Queues a reply and gives the connection a turn, because it may read again once its output has
 * room.
 */
static void deliver(struct connection *connection, uint8_t kind, uint64_t tag,
                    const uint8_t *payload, size_t n_payload)
{
    if (connection_output_frame(connection, kind, tag, payload, n_payload)) {
        buffer_clear(&connection->set->batch);
        connection_close(connection);
        return;
    }
    connection_proceed(connection);
}

void connection_answer(struct requester *requester, uint64_t tag, uint8_t kind,
                       const uint8_t *payload, size_t n_payload)
{
    deliver(connection_of(requester), kind, tag, payload, n_payload);
}

void connection_reloaded(void *owner, uint64_t tag, const uint8_t *payload, size_t n_payload)
{
    struct connection *connection = owner;

    connection->n_reloads--;
    deliver(connection, FRAME_KIND_RELOADED, tag, payload, n_payload);
}
