/* SPDX-License-Identifier: MIT */
#include "daemon/front/connection_frames.h"

#include "base/clock.h"
#include "daemon/front/connection_output.h"
#include "daemon/front/connection_schedule.h"
#include "daemon/ipc/front_program.h"
#include "daemon/limits.h"
#include "proto/frame.h"
#include "proto/hello.h"
#include "proto/limits.h"

int connection_frames_end(struct connection *connection, uint64_t tag, enum error_code code,
                          const char *text)
{
    connection->has_ended = true;
    buffer_deinit(&connection->in);
    return connection_output_error(connection, tag, code, text);
}

/*
 * Charges the account for a frame that is not a request. If the account had no CPU time left, the
 * connection is held open when it ends, so that a client that connects again and again for such
 * frames reaches the limit of connections. Returns whether the account had CPU time left.
 */
static bool fine(struct connection *connection)
{
    const struct limits *limits = &connection->set->settings->limits;
    struct account *account = connection->requester.account;
    bool has_cpu = account_has_cpu(account, limits, clock_now_ms());

    account_fine_cpu(account, LIMIT_BAD_FRAME_CPU_US);
    connection->is_held = !has_cpu && !connection->has_hung_up;
    return has_cpu;
}

/*
 * Refuses a frame that is not a request. After LIMIT_BAD_FRAMES_COUNT such frames nothing more is
 * read from the client; if the account has no CPU time left, already after the first one.
 */
static int refuse_frame(struct connection *connection, uint64_t tag, enum error_code code,
                        const char *text)
{
    bool has_cpu = fine(connection);
    int r = connection_output_error(connection, tag, code, text);

    if (r || (++connection->n_bad_frames < LIMIT_BAD_FRAMES_COUNT && has_cpu))
        return r;
    return connection_frames_end(connection, 0, ERROR_MALFORMED_REQUEST,
                                 "this connection has sent too many frames that are not requests");
}

static int submit(struct connection *connection, const struct frame_header *header,
                  const uint8_t *payload)
{
    struct dispatch_refusal refusal;
    struct answer answer;
    int r = dispatch_submit(connection->set->parts.dispatch, &connection->requester, header->tag,
                            payload, header->length - FRAME_HEADER_BYTES, &answer, &refusal);

    switch (r) {
    case DISPATCH_WAITS:
        return 0;
    case DISPATCH_KNOWN:
        connection->set->n_known++;
        return connection_output_frame(connection, FRAME_KIND_VERDICT, header->tag, answer.payload,
                                       answer.n_payload);
    case DISPATCH_REFUSED:
        return connection_output_error(connection, header->tag, refusal.code, refusal.text);
    default:
        return connection_output_error(connection, header->tag, ERROR_RESOURCES,
                                       "the daemon is out of memory");
    }
}

static int wait_for_reload(struct connection *connection, uint64_t tag)
{
    if (connection->n_reloads >= LIMITS_DEFAULT_IN_FLIGHT_PER_CONNECTION)
        return connection_output_error(connection, tag, ERROR_BUSY,
                                       "this connection waits for too many reloads");
    if (admin_wait_for_reload(connection->set->parts.admin, connection, tag) < 0)
        return connection_output_error(connection, tag, ERROR_INTERNAL,
                                       "the daemon cannot be asked for a reload");
    connection->n_reloads++;
    return 0;
}

static int administer(struct connection *connection, const struct frame_header *header)
{
    struct admin *admin = connection->set->parts.admin;
    bool is_status = header->kind == FRAME_KIND_STATUS;
    const char *text;
    size_t n;

    if (!connection->origin.is_admin)
        return refuse_frame(connection, header->tag, ERROR_FORBIDDEN,
                            "status, metrics and reload are asked for at the administrative "
                            "socket");
    if (header->length != FRAME_HEADER_BYTES)
        return refuse_frame(connection, header->tag, ERROR_MALFORMED_REQUEST,
                            "a request of this kind has no payload");
    if (header->kind == FRAME_KIND_RELOAD)
        return wait_for_reload(connection, header->tag);
    n = is_status ? admin_write_status(admin, &text) : admin_write_metrics(admin, &text);
    return connection_output_frame(connection,
                                   is_status ? FRAME_KIND_STATUS_TEXT : FRAME_KIND_METRICS_TEXT,
                                   header->tag, (const uint8_t *)text, n);
}

/*
 * Answers a hello with the versions, features and limits of this daemon, as the policy in force
 * sets them.
 */
static int greet(struct connection *connection, const struct frame_header *header)
{
    static const char release[] = FRONT_VERSION;
    const struct limits *limits = &connection->set->settings->limits;
    uint8_t payload[HELLO_BYTES];
    struct hello hello;

    if (header->length != FRAME_HEADER_BYTES)
        return refuse_frame(connection, header->tag, ERROR_MALFORMED_REQUEST,
                            "a request of this kind has no payload");
    hello_init(&hello);
    hello.limits[HELLO_IN_FLIGHT] = limits->in_flight_per_connection;
    hello.limits[HELLO_IN_FLIGHT_PER_UID] = limits->in_flight_per_uid;
    hello.limits[HELLO_CONNECTIONS_PER_UID] = limits->connections_per_uid;
    hello.limits[HELLO_QUEUE_MS] = limits->queued_ms;
    hello.release = (struct bytes){(const uint8_t *)release, sizeof(release) - 1};
    return connection_output_frame(connection, FRAME_KIND_HELLO_REPLY, header->tag, payload,
                                   hello_write(payload, &hello));
}

/*
 * Ends the client's input with an error reply, because the beginning of the next frame cannot be
 * found.
 */
static int end_stream(struct connection *connection, uint64_t tag, enum error_code code,
                      const char *text)
{
    (void)fine(connection);
    return connection_frames_end(connection, tag, code, text);
}

static int handle_frame(struct connection *connection, const struct frame_header *header,
                        const uint8_t *payload)
{
    if (header->version != FRAME_VERSION)
        return refuse_frame(connection, header->tag, ERROR_UNSUPPORTED_VERSION,
                            "this daemon speaks frame version 1");
    if (header->kind < FRAME_KIND_VERIFY || header->kind > FRAME_KIND_HELLO)
        return refuse_frame(connection, header->tag, ERROR_UNKNOWN_KIND,
                            "this daemon takes requests of kinds 1 (verify) to 5 (hello)");
    if (header->reserved != 0)
        return refuse_frame(connection, header->tag, ERROR_UNKNOWN_FIELD,
                            "the reserved bytes of the header are not zero");
    if (header->kind == FRAME_KIND_VERIFY && connection->origin.is_admin)
        return refuse_frame(
            connection, header->tag, ERROR_UNKNOWN_KIND,
            "the administrative socket takes requests of kinds 2 (status) to 5 (hello)");
    if (header->kind == FRAME_KIND_VERIFY)
        return submit(connection, header, payload);
    if (header->kind == FRAME_KIND_HELLO)
        return greet(connection, header);
    return administer(connection, header);
}

static bool may_handle(const struct connection *connection)
{
    return account_has_turn(connection->requester.account, connection->set->round) &&
           !connection->has_ended && !connection_output_is_stalled(connection);
}

int connection_frames_handle(struct connection *connection, const uint8_t *data, size_t n,
                             size_t *usedp)
{
    struct frame_header header;
    int r = 0;

    *usedp = 0;
    while (!r && may_handle(connection) && *usedp < n) {
        switch (frame_peek(&header, data + *usedp, n - *usedp, LIMIT_FRAME_BYTES)) {
        case FRAME_NEED_MORE:
            return 0;
        case FRAME_TOO_LARGE:
            return end_stream(connection, header.tag, ERROR_TOO_LARGE,
                              "the frame is larger than 196,608 bytes");
        case FRAME_TOO_SHORT:
            return end_stream(connection, header.tag, ERROR_MALFORMED_REQUEST,
                              "the frame's length is less than its header's");
        case FRAME_COMPLETE:
            connection_schedule_note(connection, header.length + LIMIT_TURN_FRAME_COST);
            r = handle_frame(connection, &header, data + *usedp + FRAME_HEADER_BYTES);
            *usedp += header.length;
            break;
        }
    }
    return r;
}
