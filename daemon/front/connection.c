/* SPDX-License-Identifier: MIT */
#include "daemon/front/connection.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "daemon/front/buffer.h"
#include "daemon/host/clock.h"
#include "daemon/host/fd.h"
#include "proto/error.h"
#include "proto/frame.h"
#include "proto/limits.h"

/* How late a deadline may be noticed. */
#define SWEEP_MS 100
/* Room offered to one read; more where a frame needs it. */
#define READ_BYTES 4096
/* Reads in a row from one client before the others get their turn. */
#define READS_COUNT 16

enum timed {
    TIMED_NOT = 0,
    TIMED_FRAME,  /* a frame has begun and is not whole */
    TIMED_OUTPUT, /* replies are unread, and we have stopped reading */
};

struct connection {
    LIST_ENTRY(connection) in_set;
    struct connection_set *set;
    struct account *account;
    int socket;
    struct event *readable;
    struct event *writable;
    struct buffer in;
    struct buffer out;
    struct job_list jobs;
    size_t n_jobs;
    enum timed timed;
    int64_t due_ms;
    bool ended; /* nothing more is read: the client's end, or ours after an error */
};

LIST_HEAD(connection_list, connection);

struct connection_set {
    struct event_base *base;
    struct account_table *accounts;
    struct dispatch *dispatch;
    connection_closed_fn closed;
    void *context;
    struct connection_list connections;
    size_t n_connections;
    struct event *sweep;
    bool sweeping;
};

/* --- end of life --- */

static void connection_free(struct connection *connection)
{
    if (connection->readable)
        event_free(connection->readable);
    if (connection->writable)
        event_free(connection->writable);
    fd_close(connection->socket);
    buffer_deinit(&connection->in);
    buffer_deinit(&connection->out);
    free(connection);
}

static void connection_close(struct connection *connection)
{
    struct connection_set *set = connection->set;
    struct account *account = connection->account;

    /* The connection's own charge keeps the account alive until its jobs are gone. */
    dispatch_abandon(set->dispatch, &connection->jobs);
    LIST_REMOVE(connection, in_set);
    set->n_connections--;
    connection_free(connection);
    account->n_connections--;
    account_settle(account);
    set->closed(set->context);
}

/* --- deadlines --- */

static void set_timed(struct connection *connection, enum timed timed, int64_t allowed_ms)
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

/* After each step: what, if anything, is this client late with? */
static void update_timed(struct connection *connection, bool stalled)
{
    if (stalled)
        set_timed(connection, TIMED_OUTPUT, LIMIT_UNREAD_OUTPUT_MS);
    else if (connection->in.len > 0)
        set_timed(connection, TIMED_FRAME, LIMIT_FRAME_MS);
    else
        set_timed(connection, TIMED_NOT, 0);
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

/* --- output --- */

/* Writes what the socket takes. 0 or -errno, and then the client is gone. */
static int flush(struct connection *connection)
{
    while (connection->out.len > 0) {
        ssize_t n = send(connection->socket, buffer_data(&connection->out), connection->out.len,
                         MSG_DONTWAIT | MSG_NOSIGNAL);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN)
            return event_add(connection->writable, NULL) < 0 ? -ENOMEM : 0;
        if (n < 0)
            return -errno;
        buffer_consume(&connection->out, (size_t)n);
    }
    event_del(connection->writable);
    return 0;
}

static int queue_error(struct connection *connection, uint64_t tag, enum error_code code,
                       const char *text)
{
    uint8_t frame[ERROR_FRAME_BYTES];
    size_t n = error_write_frame(frame, tag, code, text);

    return buffer_append(&connection->out, frame, n);
}

/* --- input --- */

/* After this nothing of the stream can be understood: the client is told, and then closed. */
static int end_with_error(struct connection *connection, uint64_t tag, enum error_code code,
                          const char *text)
{
    connection->ended = true;
    buffer_deinit(&connection->in);
    return queue_error(connection, tag, code, text);
}

static int submit(struct connection *connection, const struct frame_header *header,
                  const uint8_t *payload)
{
    const char *text;
    int r;

    if (connection->n_jobs >= LIMIT_IN_FLIGHT_PER_CONNECTION_COUNT)
        return queue_error(connection, header->tag, ERROR_BUSY,
                           "this connection has 64 requests in flight");
    r = dispatch_submit(connection->set->dispatch, connection->account, connection,
                        &connection->jobs, header->tag, payload,
                        header->length - FRAME_HEADER_BYTES, &text);
    if (r > 0)
        return queue_error(connection, header->tag, (enum error_code)r, text);
    if (r)
        return queue_error(connection, header->tag, ERROR_RESOURCES, "the daemon is out of memory");
    connection->n_jobs++;
    return 0;
}

static int handle_frame(struct connection *connection, const struct frame_header *header,
                        const uint8_t *payload)
{
    if (header->version != FRAME_VERSION)
        return queue_error(connection, header->tag, ERROR_UNSUPPORTED_VERSION,
                           "this daemon speaks frame version 1");
    if (header->kind != FRAME_KIND_VERIFY)
        return queue_error(connection, header->tag, ERROR_UNKNOWN_KIND,
                           "this daemon takes requests of kind 1 (verify)");
    if (header->reserved != 0)
        return queue_error(connection, header->tag, ERROR_UNKNOWN_FIELD,
                           "the reserved bytes of the header are not zero");
    return submit(connection, header, payload);
}

static bool is_stalled(const struct connection *connection)
{
    return connection->out.len > LIMIT_UNREAD_OUTPUT_BYTES;
}

/* Handles all whole frames there are. 0 or -ENOMEM. */
static int handle_frames(struct connection *connection)
{
    struct frame_header header;
    int r = 0;

    while (!r && connection->in.len > 0 && !is_stalled(connection)) {
        const uint8_t *data = buffer_data(&connection->in);

        switch (frame_peek(&header, data, connection->in.len, LIMIT_FRAME_BYTES)) {
        case FRAME_NEED_MORE:
            return 0;
        case FRAME_TOO_LARGE:
            return end_with_error(connection, header.tag, ERROR_TOO_LARGE,
                                  "the frame is larger than 196,608 bytes");
        case FRAME_TOO_SHORT:
            return end_with_error(connection, header.tag, ERROR_MALFORMED_REQUEST,
                                  "the frame's length is less than its header's");
        case FRAME_COMPLETE:
            r = handle_frame(connection, &header, data + FRAME_HEADER_BYTES);
            buffer_consume(&connection->in, header.length);
            /* The next frame's time starts anew. */
            set_timed(connection, TIMED_NOT, 0);
            break;
        }
    }
    return r;
}

/* Goes on with everything that can go on, or closes the connection. It may be gone afterwards. */
static void proceed(struct connection *connection)
{
    bool stalled;
    int r = handle_frames(connection);

    if (!r)
        r = flush(connection);
    if (r || (connection->ended && connection->n_jobs == 0 && connection->out.len == 0)) {
        connection_close(connection);
        return;
    }
    stalled = is_stalled(connection);
    update_timed(connection, stalled || (connection->ended && connection->out.len > 0));
    if (stalled || connection->ended)
        event_del(connection->readable);
    else if (event_add(connection->readable, NULL) < 0)
        connection_close(connection);
}

static size_t wanted_bytes(const struct connection *connection)
{
    struct frame_header header;

    if (frame_peek(&header, buffer_data(&connection->in), connection->in.len, LIMIT_FRAME_BYTES) ==
            FRAME_NEED_MORE &&
        header.length > connection->in.len)
        return header.length - connection->in.len;
    return READ_BYTES;
}

/* One read. 1: there may be more; 0: there is not; or -errno. */
static int read_some(struct connection *connection)
{
    size_t n_room = wanted_bytes(connection);
    uint8_t *room;
    ssize_t n;
    int r = buffer_reserve(&connection->in, n_room, &room);

    if (r)
        return r;
    n = recv(connection->socket, room, n_room, MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return 0;
    if (n < 0)
        return -errno;
    if (n == 0) {
        connection->ended = true;
        return 0;
    }
    buffer_commit(&connection->in, (size_t)n);
    return (size_t)n == n_room;
}

static void on_readable(evutil_socket_t socket, short events, void *context)
{
    struct connection *connection = context;
    int r = 1;

    (void)socket;
    (void)events;
    for (unsigned i = 0; r == 1 && i < READS_COUNT && !connection->ended; i++) {
        r = read_some(connection);
        if (r >= 0 && handle_frames(connection))
            r = -ENOMEM;
        if (is_stalled(connection))
            break;
    }
    if (connection->in.len == 0)
        buffer_deinit(&connection->in);
    if (r < 0)
        connection_close(connection);
    else
        proceed(connection);
}

static void on_writable(evutil_socket_t socket, short events, void *context)
{
    struct connection *connection = context;
    int r = flush(connection);

    (void)socket;
    (void)events;
    if (r)
        connection_close(connection);
    else
        proceed(connection);
}

void connection_answer(void *owner, uint64_t tag, uint8_t kind, const uint8_t *payload,
                       size_t n_payload)
{
    struct connection *connection = owner;
    uint8_t header[FRAME_HEADER_BYTES];
    int r;

    connection->n_jobs--;
    frame_write_header(header, kind, tag, n_payload);
    r = buffer_append(&connection->out, header, sizeof(header));
    if (!r)
        r = buffer_append(&connection->out, payload, n_payload);
    if (r)
        connection_close(connection);
    else
        proceed(connection);
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
    set->sweep = event_new(base, -1, EV_PERSIST, on_sweep, set);
    if (!set->sweep) {
        free(set);
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
    event_free(set->sweep);
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

static struct connection *connection_new(struct connection_set *set, struct account *account,
                                         int socket)
{
    struct connection *connection = calloc(1, sizeof(*connection));

    if (!connection) {
        fd_close(socket);
        return NULL;
    }
    *connection = (struct connection){.set = set, .account = account, .socket = socket};
    LIST_INIT(&connection->jobs);
    connection->readable =
        event_new(set->base, socket, EV_READ | EV_PERSIST, on_readable, connection);
    connection->writable =
        event_new(set->base, socket, EV_WRITE | EV_PERSIST, on_writable, connection);
    if (!connection->readable || !connection->writable ||
        event_add(connection->readable, NULL) < 0) {
        connection_free(connection);
        return NULL;
    }
    return connection;
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
