/* SPDX-License-Identifier: MIT */
#include "daemon/front/connection.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/fd.h"
<<<<<<< HEAD
#include "daemon/front/connection_internal.h"
#include "daemon/front/peer.h"
    =======
#include "daemon/front/client_class.h"
#include "daemon/front/connection_input.h"
#include "daemon/front/connection_output.h"
#include "daemon/front/connection_schedule.h"
#include "daemon/front/connection_state.h"
    >>>>>>> 84cfafa (front: an account is charged by its own verbs, and files are named for what they hold)
#include "daemon/limits.h"
#include "proto/frame.h"
#include "proto/limits.h"

/* The time of one turn in so many is measured: reading the clock costs as much as hashing a
 * request. */
#define SAMPLE_PART 16

    static inline struct connection *
    connection_of(struct requester *requester)
{
    return (struct connection *)(void *)requester;
}

/* Charges the memory of the buffers as it is now. */
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

static void connection_free(struct connection *connection)
{
    event_del(&connection->readable);
    event_del(&connection->writable);
    fd_close(connection->socket);
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

<<<<<<< HEAD
uint32_t connection_classify(struct asker *asker)
{
    struct connection *connection = connection_of(asker);
    const struct settings *settings = connection->set->settings;

    if (connection->class_epoch != settings->epoch) {
        connection->client_class = peer_class(settings, connection->socket);
        connection->class_epoch = settings->epoch;
    }
    return connection->client_class;
}

/* --- frames --- */

/* After this nothing of the stream can be understood: the client is told, and then closed. */
static int end_with_error(struct connection *connection, uint64_t tag, enum error_code code,
                          const char *text)
{
    connection->ended = true;
    buffer_deinit(&connection->in);
    return connection_put_error(connection, tag, code, text);
}

static int submit(struct connection *connection, const struct frame_header *header,
                  const uint8_t *payload)
{
    struct dispatch_refusal refusal;
    struct answer answer;
    int r = dispatch_submit(connection->set->parts.dispatch, &connection->asker, header->tag,
                            payload, header->length - FRAME_HEADER_BYTES, &answer, &refusal);

    switch (r) {
    case DISPATCH_WAITS:
        return 0;
    case DISPATCH_KNOWN:
        connection->set->n_known++;
        return connection_put(connection, FRAME_KIND_VERDICT, header->tag, answer.payload,
                              answer.n_payload);
    case DISPATCH_REFUSED:
        return connection_put_error(connection, header->tag, refusal.code, refusal.text);
    default:
        return connection_put_error(connection, header->tag, ERROR_RESOURCES,
                                    "the daemon is out of memory");
    }
}

static int wait_for_reload(struct connection *connection, uint64_t tag)
{
    if (connection->n_admin >= LIMITS_DEFAULT_IN_FLIGHT_PER_CONNECTION)
        return connection_put_error(connection, tag, ERROR_BUSY,
                                    "this connection waits for too many reloads");
    if (admin_wait_for_reload(connection->set->parts.admin, connection, tag) < 0)
        return connection_put_error(connection, tag, ERROR_INTERNAL,
                                    "the daemon cannot be asked for a reload");
    connection->n_admin++;
    return 0;
}

static int administer(struct connection *connection, const struct frame_header *header)
{
    struct admin *admin = connection->set->parts.admin;
    const char *text;
    size_t n;

    if (!admin_may_ask(admin, connection->asker.account->uid))
        return connection_put_error(connection, header->tag, ERROR_FORBIDDEN,
                                    "status, metrics and reload are for root and the daemon's own "
                                    "user");
    if (header->length != FRAME_HEADER_BYTES)
        return connection_put_error(connection, header->tag, ERROR_MALFORMED_REQUEST,
                                    "a request of this kind has no payload");
    if (header->kind == FRAME_KIND_RELOAD)
        return wait_for_reload(connection, header->tag);
    n = header->kind == FRAME_KIND_STATUS ? admin_write_status(admin, &text)
                                          : admin_write_metrics(admin, &text);
    return connection_put(connection,
                          header->kind == FRAME_KIND_STATUS ? FRAME_KIND_STATUS_TEXT
                                                            : FRAME_KIND_METRICS_TEXT,
                          header->tag, (const uint8_t *)text, n);
}

static int handle_frame(struct connection *connection, const struct frame_header *header,
                        const uint8_t *payload)
{
    if (header->version != FRAME_VERSION)
        return connection_put_error(connection, header->tag, ERROR_UNSUPPORTED_VERSION,
                                    "this daemon speaks frame version 1");
    if (header->kind < FRAME_KIND_VERIFY || header->kind > FRAME_KIND_RELOAD)
        return connection_put_error(connection, header->tag, ERROR_UNKNOWN_KIND,
                                    "this daemon takes requests of kinds 1 (verify) to 4");
    if (header->reserved != 0)
        return connection_put_error(connection, header->tag, ERROR_UNKNOWN_FIELD,
                                    "the reserved bytes of the header are not zero");
    if (header->kind == FRAME_KIND_VERIFY)
        return submit(connection, header, payload);
    return administer(connection, header);
}

/* Handles the whole frames among these bytes, until the client is stalled or told off. *usedp is
 * how many bytes they had. 0 or -errno. */
static int handle_frames(struct connection *connection, const uint8_t *data, size_t n,
                         size_t *usedp)
{
    struct frame_header header;
    int r = 0;

    *usedp = 0;
    while (!r && *usedp < n && !connection->ended && !connection_is_stalled(connection)) {
        switch (frame_peek(&header, data + *usedp, n - *usedp, LIMIT_FRAME_BYTES)) {
        case FRAME_NEED_MORE:
            return 0;
        case FRAME_TOO_LARGE:
            return end_with_error(connection, header.tag, ERROR_TOO_LARGE,
                                  "the frame is larger than 196,608 bytes");
        case FRAME_TOO_SHORT:
            return end_with_error(connection, header.tag, ERROR_MALFORMED_REQUEST,
                                  "the frame's length is less than its header's");
        case FRAME_COMPLETE:
            r = handle_frame(connection, &header, data + *usedp + FRAME_HEADER_BYTES);
            *usedp += header.length;
            break;
        }
    }
    return r;
}

/* --- input --- */

static bool has_whole_frame(const struct connection *connection)
{
    struct frame_header header;

    return connection->in.len > 0 &&
           frame_peek(&header, buffer_data(&connection->in), connection->in.len,
                      LIMIT_FRAME_BYTES) != FRAME_NEED_MORE;
}

/* The whole frames that had to wait. */
static int handle_waiting(struct connection *connection)
{
    size_t n_used = 0;
    int r;

    if (connection->in.len == 0)
        return 0;
    r = handle_frames(connection, buffer_data(&connection->in), connection->in.len, &n_used);
    /* One that ends the stream has freed the buffer. */
    if (n_used > 0 && connection->in.len >= n_used) {
        buffer_consume(&connection->in, n_used);
        /* The next frame's time starts anew. */
        connection_set_timed(connection, TIMED_NOT);
    }
    return r;
}

/* Handles what has come, and keeps the rest. */
static int handle_input(struct connection *connection, const uint8_t *data, size_t n)
{
    size_t n_used;
    int r = handle_frames(connection, data, n, &n_used);

    if (r || connection->ended || n_used == n)
        return r;
    return buffer_append(&connection->in, data + n_used, n - n_used);
}

/* Room for what is left of a frame, but no more than has come of it already: memory follows bytes,
 * not announcements. */
static size_t count_wanted(const struct connection *connection)
{
    struct frame_header header;
    size_t n = connection->in.len, n_left, n_most;

    if (n < FRAME_HEADER_BYTES)
        return FRAME_HEADER_BYTES - n;
    frame_peek(&header, buffer_data(&connection->in), n, LIMIT_FRAME_BYTES);
    n_left = header.length - n;
    n_most = n < LEAST_BYTES ? LEAST_BYTES : n;
    return n_left < n_most ? n_left : n_most;
}

static ssize_t receive(struct connection *connection, uint8_t *room, size_t n_room)
{
    ssize_t n;

    do
        n = recv(connection->socket, room, n_room, MSG_DONTWAIT);
    while (n < 0 && errno == EINTR);
    connection->is_active = true;
    if (n < 0 && errno == EAGAIN) {
        connection->may_read = false;
        return 0;
    }
    if (n == 0) {
        connection->may_read = false;
        connection->ended = true;
    }
    return n < 0 ? -errno : n;
}

/* Reads on in a frame that has begun. How many bytes came, or -errno. */
static ssize_t read_on(struct connection *connection)
{
    struct buffer *in = &connection->in;
    size_t n_room = count_wanted(connection);
    uint8_t *room;
    ssize_t n;
    int r;

    if (connection->asker.account->held_bytes > LIMIT_HELD_PER_UID_BYTES) {
        connection->set->parts.statistics->busy[BUSY_HELD_PER_UID]++;
        return end_with_error(connection, 0, ERROR_BUSY,
                              "8 MiB of this uid's unfinished frames and unread replies are held");
    }
    r = buffer_reserve(in, n_room, &room);
    if (r)
        return r;
    n = receive(connection, room, n_room);
    if (n > 0) {
        buffer_commit(in, (size_t)n);
        r = handle_waiting(connection);
    }
    return r ? r : n;
}

/* Reads what there is, as one batch. How many bytes came, or -errno. */
static ssize_t read_batch(struct connection *connection)
{
    struct connection_set *set = connection->set;
    ssize_t n = receive(connection, set->input, sizeof(set->input));
    int r;

    if (n <= 0)
        return n;
    /* Less than there was room for: the socket is empty, and says so when it is not any more. */
    if ((size_t)n < sizeof(set->input) && !connection->hangs_up)
        connection->may_read = false;
    r = handle_input(connection, set->input, (size_t)n);
    /* A descriptor passed along ends a read early, so in the middle of a frame nothing is certain.
     */
    if (connection->in.len > 0 && !connection->ended)
        connection->may_read = true;
    return r ? r : n;
}

static bool goes_on(const struct connection *connection)
{
    return connection->may_read && !connection->ended && !connection_is_stalled(connection) &&
           !has_whole_frame(connection);
}

/* A turn's worth of input. 0 or -errno. */
static int take_input(struct connection *connection)
{
    size_t n_bytes = 0;
    ssize_t n = 0;
    int r = handle_waiting(connection);

    while (!r && n_bytes < INPUT_BYTES && goes_on(connection)) {
        n = connection->in.len > 0 ? read_on(connection) : read_batch(connection);
        if (n < 0)
            return (int)n;
        n_bytes += (size_t)n;
    }
    return r;
}

=======
>>>>>>> 84cfafa (front: an account is charged by its own verbs, and files are named for what they hold)
/* --- turns --- */

/* Sets the deadline for what the client has left unfinished. */
static void update_deadline(struct connection *connection)
{
    if (connection->out.len > 0)
        connection_schedule_deadline(connection, CONNECTION_DEADLINE_OUTPUT);
    else if (connection->in.len > 0 && !connection->needs_turn)
        connection_schedule_deadline(connection, CONNECTION_DEADLINE_FRAME);
    else
        connection_schedule_deadline(connection, CONNECTION_DEADLINE_IDLE);
}

static bool is_done(const struct connection *connection)
{
    return connection->has_ended && connection->requester.n_pending == 0 &&
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

    set->n_known = 0;
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
    connection_proceed(connection);
}

static void on_writable(evutil_socket_t socket, short events, void *context)
{
    (void)socket;
    (void)events;
    connection_proceed(context);
}

struct connection *connection_open(struct connection_set *set, struct account *account, int socket)
{
    struct connection *connection = calloc(1, sizeof(*connection));
    struct event_base *base = set->parts.base;

    if (!connection) {
        fd_close(socket);
        return NULL;
    }
    *connection = (struct connection){
        .requester = {.account = account},
        .set = set,
        .socket = socket,
        .class_epoch = UINT64_MAX, /* no epoch has this number */
    };
    LIST_INIT(&connection->requester.pending);
    if (event_assign(&connection->readable, base, socket, EV_READ | EV_CLOSED | EV_ET | EV_PERSIST,
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

uint32_t connection_classify(struct requester *requester)
{
    struct connection *connection = connection_of(requester);
    const struct settings *settings = connection->set->settings;

    if (connection->class_epoch != settings->epoch) {
        connection->client_class = client_class_read(settings, connection->socket);
        connection->class_epoch = settings->epoch;
    }
    return connection->client_class;
}

/* Queues a reply and gives the connection a turn: with room in its output it may read again. */
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
