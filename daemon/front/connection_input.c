/* SPDX-License-Identifier: MIT */
#include "daemon/front/connection_input.h"

#include <errno.h>
#include <sys/socket.h>

#include "daemon/front/connection_frames.h"
#include "daemon/front/connection_output.h"
#include "daemon/front/connection_schedule.h"
#include "daemon/front/connection_writer.h"
#include "daemon/front/writer.h"
#include "daemon/limits.h"
#include "proto/frame.h"
#include "proto/limits.h"

/*
 * The smallest number of bytes that is read at once of an incomplete frame, unless the frame ends
 * earlier.
 */
#define LEAST_BYTES 4096

bool connection_input_has_frame(const struct connection *connection)
{
    struct frame_header header;

    return connection->in.len > 0 &&
           frame_peek(&header, buffer_data(&connection->in), connection->in.len,
                      LIMIT_FRAME_BYTES) != FRAME_NEED_MORE;
}

/* Handles the whole frames in the buffer. */
static int handle_buffered(struct connection *connection)
{
    size_t n_used = 0;
    int r;

    if (connection->in.len == 0)
        return 0;
    r = connection_frames_handle(connection, buffer_data(&connection->in), connection->in.len,
                                 &n_used);
    /* If a frame ended the input, the buffer has already been emptied. */
    if (n_used > 0 && connection->in.len >= n_used) {
        buffer_consume(&connection->in, n_used);
        /* The deadline of the frame that was handled is cancelled, so that the next frame gets the
         * full time. */
        connection_schedule_deadline(connection, CONNECTION_DEADLINE_NONE);
    }
    return r;
}

/* Handles the whole frames of what was read, and keeps the rest in the buffer. */
static int handle_input(struct connection *connection, const uint8_t *data, size_t n)
{
    size_t n_used;
    int r = connection_frames_handle(connection, data, n, &n_used);

    if (r || connection->has_ended || n_used == n)
        return r;
    return buffer_append(&connection->in, data + n_used, n - n_used);
}

/*
 * Returns how many bytes of an incomplete frame to read: the rest of the frame, but no more than
 * have arrived already. So memory grows with what the client has sent and not with the length that
 * it announced.
 */
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

/* Reads bytes and notes the uid of the process that wrote them. */
static ssize_t receive_from_writer(struct connection *connection, uint8_t *room, size_t n_room)
{
    uid_t writer = 0;
    ssize_t n = writer_receive(connection->socket, room, n_room, &writer);
    int r = n > 0 ? connection_writer_note(connection, writer) : 0;

    return r ? r : n;
}

static ssize_t receive_once(struct connection *connection, uint8_t *room, size_t n_room)
{
    ssize_t n;

    if (connection->origin.has_writers)
        return receive_from_writer(connection, room, n_room);
    n = bin_receive(connection->socket, room, n_room, connection->gets_rights);
    return n < 0 ? -errno : n;
}

static ssize_t receive(struct connection *connection, uint8_t *room, size_t n_room)
{
    ssize_t n;

    connection_schedule_note(connection, LIMIT_TURN_READ_COST);
    do
        n = receive_once(connection, room, n_room);
    while (n == -EINTR);
    connection->was_active = true;
    if (n == -EAGAIN) {
        connection->may_read = false;
        return 0;
    }
    if (n == 0) {
        connection->may_read = false;
        connection->has_ended = true;
    }
    return n;
}

/* Reads more of an incomplete frame. Returns the number of bytes, or -errno. */
static ssize_t read_more(struct connection *connection)
{
    struct buffer *in = &connection->in;
    size_t n_room = count_wanted(connection);
    uint8_t *room;
    ssize_t n;
    int r;

    if (connection->requester.account->charged[ACCOUNT_HELD_BYTES] > LIMIT_HELD_PER_UID_BYTES) {
        connection->set->parts.statistics->busy[BUSY_HELD_PER_UID]++;
        return connection_frames_end(connection, 0, ERROR_BUSY,
                                     "8 MiB of this uid's unfinished frames and unread replies are "
                                     "held");
    }
    r = buffer_reserve(in, n_room, &room);
    if (r)
        return r;
    n = receive(connection, room, n_room);
    if (n > 0) {
        connection_schedule_note(connection, (size_t)n);
        buffer_commit(in, (size_t)n);
        r = handle_buffered(connection);
    }
    return r ? r : n;
}

/*
 * Reads as much as one read takes; for a connection without an incomplete frame. Returns the number
 * of bytes, or -errno.
 */
static ssize_t read_batch(struct connection *connection)
{
    struct connection_set *set = connection->set;
    ssize_t n = receive(connection, set->input, sizeof(set->input));
    int r;

    if (n <= 0)
        return n;
    /* A read that did not fill the room has emptied the socket; its event will tell when there is
     * more input. */
    if ((size_t)n < sizeof(set->input) && !connection->has_hung_up &&
        !connection->origin.has_writers)
        connection->may_read = false;
    r = handle_input(connection, set->input, (size_t)n);
    /* A read ends early before a passed descriptor and before the bytes of another writer. So,
     * while a frame is incomplete, the socket may still hold input. */
    if (connection->in.len > 0 && !connection->has_ended)
        connection->may_read = true;
    return r ? r : n;
}

static bool may_go_on(const struct connection *connection)
{
    return connection->may_read && !connection->has_ended &&
           !connection_output_is_stalled(connection) && !connection_input_has_frame(connection);
}

int connection_input_take(struct connection *connection)
{
    const struct connection_set *set = connection->set;
    ssize_t n = 0;
    int r = handle_buffered(connection);

    while (!r && account_has_turn(connection->requester.account, set->round) &&
           may_go_on(connection)) {
        n = connection->in.len > 0 ? read_more(connection) : read_batch(connection);
        if (n < 0)
            return (int)n;
    }
    return r;
}
