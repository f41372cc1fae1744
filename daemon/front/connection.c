/* SPDX-License-Identifier: MIT */
#include "daemon/front/connection.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "daemon/front/connection_internal.h"
#include "daemon/host/fd.h"
#include "proto/error.h"
#include "proto/frame.h"
#include "proto/limits.h"

/* Room offered to one read; more where a frame needs it. */
#define READ_BYTES 4096
/* Frames of one client handled in a row before the others get their turn. */
#define FRAMES_COUNT 16

/* --- life --- */

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

void connection_close(struct connection *connection)
{
    struct connection_set *set = connection->set;
    struct account *account = connection->account;

    /* The connection's own charge keeps the account alive until its jobs are gone. */
    dispatch_abandon(set->dispatch, &connection->jobs);
    connection_set_has_more(connection, false);
    LIST_REMOVE(connection, in_set);
    set->n_connections--;
    connection_free(connection);
    account->n_connections--;
    account_settle(account);
    set->closed(set->context);
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

/* Handles the whole frames there are, a turn's worth. 0 or -ENOMEM. */
static int handle_frames(struct connection *connection)
{
    struct frame_header header;
    int r = 0;

    for (int n = 0; n < FRAMES_COUNT && !r && connection->in.len > 0 && !is_stalled(connection);
         n++) {
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
            connection_set_timed(connection, TIMED_NOT, 0);
            break;
        }
    }
    return r;
}

static bool has_whole_frame(const struct connection *connection)
{
    struct frame_header header;

    return connection->in.len > 0 &&
           frame_peek(&header, buffer_data(&connection->in), connection->in.len,
                      LIMIT_FRAME_BYTES) != FRAME_NEED_MORE;
}

/* After each step: what, if anything, is this client late with? */
static void update_timed(struct connection *connection, bool stalled)
{
    if (stalled)
        connection_set_timed(connection, TIMED_OUTPUT, LIMIT_UNREAD_OUTPUT_MS);
    else if (connection->in.len > 0 && !connection->has_more)
        connection_set_timed(connection, TIMED_FRAME, LIMIT_FRAME_MS);
    else
        connection_set_timed(connection, TIMED_NOT, 0);
}

/* Reads on, unless there is something to be done first. */
static int update_reading(struct connection *connection, bool stalled)
{
    if (stalled || connection->ended || connection->has_more)
        return event_del(connection->readable);
    return event_add(connection->readable, NULL);
}

void connection_proceed(struct connection *connection)
{
    bool stalled;
    int r = handle_frames(connection);

    if (!r)
        r = flush(connection);
    stalled = is_stalled(connection);
    connection_set_has_more(connection, !r && !stalled && has_whole_frame(connection));
    if (r || (connection->ended && connection->n_jobs == 0 && connection->out.len == 0 &&
              !connection->has_more)) {
        connection_close(connection);
        return;
    }
    update_timed(connection, stalled || (connection->ended && connection->out.len > 0));
    if (update_reading(connection, stalled) < 0)
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

/* One read; what is left in the socket says so again. 0 or -errno. */
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
    return 0;
}

static void on_readable(evutil_socket_t socket, short events, void *context)
{
    struct connection *connection = context;
    int r = read_some(connection);

    (void)socket;
    (void)events;
    if (connection->in.len == 0)
        buffer_deinit(&connection->in);
    if (r < 0)
        connection_close(connection);
    else
        connection_proceed(connection);
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
        connection_proceed(connection);
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
        connection_proceed(connection);
}

struct connection *connection_new(struct connection_set *set, struct account *account, int socket)
{
    struct connection *connection = calloc(1, sizeof(*connection));

    if (!connection) {
        fd_close(socket);
        return NULL;
    }
    *connection = (struct connection){.set = set, .account = account, .socket = socket};
    LIST_INIT(&connection->jobs);
    connection->readable = event_new(set->base, socket, EV_READ | EV_PERSIST, on_readable,
                                     connection);
    connection->writable = event_new(set->base, socket, EV_WRITE | EV_PERSIST, on_writable,
                                     connection);
    if (!connection->readable || !connection->writable ||
        event_add(connection->readable, NULL) < 0) {
        connection_free(connection);
        return NULL;
    }
    return connection;
}
