/* SPDX-License-Identifier: MIT */
#include "daemon/front/connection_output.h"

#include <errno.h>
#include <sys/socket.h>

#include "daemon/front/connection_schedule.h"
#include "daemon/limits.h"
#include "proto/frame.h"

static int append_output(struct connection *connection, const void *data, size_t n)
{
    struct buffer *batch = &connection->set->batch;

    return buffer_append(connection->out.len > 0 ? &connection->out : batch, data, n);
}

int connection_output_frame(struct connection *connection, uint8_t kind, uint64_t tag,
                            const uint8_t *payload, size_t n_payload)
{
    uint8_t header[FRAME_HEADER_BYTES];
    int r;

    frame_write_header(header, kind, tag, n_payload);
    r = append_output(connection, header, sizeof(header));
    return r ? r : append_output(connection, payload, n_payload);
}

int connection_output_error(struct connection *connection, uint64_t tag, enum error_code code,
                            const char *text)
{
    uint8_t frame[ERROR_FRAME_BYTES];
    size_t n = error_write_frame(frame, tag, code, text);

    return append_output(connection, frame, n);
}

/* Sends up to n bytes. Returns the number of bytes sent, or -errno. */
static ssize_t send_some(int socket, const uint8_t *data, size_t n)
{
    size_t n_sent = 0;

    while (n_sent < n) {
        ssize_t sent = send(socket, data + n_sent, n - n_sent, MSG_DONTWAIT | MSG_NOSIGNAL);

        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0 && errno == EAGAIN)
            break;
        if (sent < 0)
            return -errno;
        n_sent += (size_t)sent;
    }
    return (ssize_t)n_sent;
}

/* Sends output that is left from earlier turns. */
static int flush_out(struct connection *connection)
{
    ssize_t n = send_some(connection->socket, buffer_data(&connection->out), connection->out.len);

    if (n < 0)
        return (int)n;
    /* A client that reads, however slowly, gets the full time again. */
    if (n > 0)
        connection_schedule_deadline(connection, CONNECTION_DEADLINE_NONE);
    buffer_consume(&connection->out, (size_t)n);
    if (connection->out.len == 0)
        event_del(&connection->writable);
    return 0;
}

/* Sends the output of this turn. What the socket does not take is moved to `out`. */
static int flush_batch(struct connection *connection)
{
    struct buffer *batch = &connection->set->batch;
    ssize_t n = send_some(connection->socket, buffer_data(batch), batch->len);
    size_t n_left;
    int r = 0;

    if (n < 0)
        return (int)n;
    n_left = batch->len - (size_t)n;
    if (n_left > 0)
        r = buffer_append(&connection->out, buffer_data(batch) + n, n_left);
    if (!r && n_left > 0 && event_add(&connection->writable, NULL) < 0)
        r = -ENOMEM;
    return r;
}

int connection_output_flush(struct connection *connection)
{
    struct buffer *batch = &connection->set->batch;
    int r = 0;

    if (connection->out.len > 0)
        r = flush_out(connection);
    else if (batch->len > 0)
        r = flush_batch(connection);
    buffer_clear(batch);
    return r;
}

bool connection_output_is_stalled(const struct connection *connection)
{
    const struct connection_set *set = connection->set;
    const struct account *account = connection->requester.account;
    size_t n_unsent = connection->out.len + set->batch.len;

    if (n_unsent > set->settings->limits.unread_output_bytes)
        return true;
    return connection->out.len > 0 &&
           account->charged[ACCOUNT_HELD_BYTES] > LIMIT_HELD_PER_UID_BYTES;
}
