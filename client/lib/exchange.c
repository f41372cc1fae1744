/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "client/lib/client.h"
#include "client/lib/reply.h"
#include "client/lib/verdict.h"
#include "proto/frame.h"

void client_disconnect(struct certname_client *client)
{
    connection_close(&client->connection);
    outstanding_clear(&client->outstanding);
}

void client_begin(struct certname_client *client, struct deadline *deadline)
{
    failure_clear(&client->failure);
    if (connection_is_open(&client->connection) && !owner_is_us(&client->connection.owner))
        client_disconnect(client);
    deadline_start(deadline, client->timeout_ms);
}

static int send_frame(struct certname_client *client, struct bytes payload, uint64_t tag,
                      const struct deadline *deadline)
{
    uint8_t header[FRAME_HEADER_BYTES];
    struct iovec parts[] = {
        {.iov_base = header, .iov_len = sizeof(header)},
        {.iov_base = (void *)(uintptr_t)payload.data, .iov_len = payload.len},
    };

    frame_write_header(header, FRAME_KIND_VERIFY, tag, payload.len);
    return connection_send(&client->connection, parts, payload.len > 0 ? 2 : 1, deadline,
                           &client->failure);
}

/*
 * A daemon that is over its number of connections says so before it hangs up: that is worth more
 * than EPIPE.
 */
static int last_words(struct certname_client *client, const struct deadline *deadline)
{
    struct certname_verdict *verdict;
    uint64_t tag;

    return client->outstanding.n_entries > 0 ? CONNECTION_GONE
                                             : client_answer(client, deadline, &tag, &verdict);
}

int client_ask(struct certname_client *client, struct bytes payload, bool path,
               const struct deadline *deadline, uint64_t *tagp)
{
    int r = 0;

    *tagp = 0;
    if (client->outstanding.n_entries == OUTSTANDING_COUNT)
        return failure_set(&client->failure, CERTNAME_ERR_BUSY, 0,
                           "%d questions wait for their answers already: receive some first",
                           OUTSTANDING_COUNT);
    if (!connection_is_open(&client->connection))
        r = connection_open(&client->connection, &client->address, deadline, &client->failure);
    if (!r)
        r = send_frame(client, payload, ++client->last_tag, deadline);
    if (r == CONNECTION_GONE)
        r = last_words(client, deadline);
    if (r) {
        /* To the caller, no memory alone means that earlier questions still wait. */
        if (r == CERTNAME_ERR_MEMORY && client->outstanding.n_entries > 0)
            r = CERTNAME_ERR_UNAVAILABLE;
        client_disconnect(client);
        return r;
    }
    (void)outstanding_add(&client->outstanding, client->last_tag, path);
    *tagp = client->last_tag;
    return 0;
}

static int find_reply(struct certname_client *client, const struct deadline *deadline,
                      struct reply *reply)
{
    for (;;) {
        size_t n;
        const uint8_t *input = connection_input(&client->connection, &n);
        int r = reply_find(reply, input, n, &client->failure);

        if (r < 0)
            return r;
        if (r == 1)
            return 0;
        r = connection_receive(&client->connection, deadline, &client->failure);
        if (r)
            return r;
    }
}

/* What concerns one question has its tag; what makes the connection useless has none. */
static int open_reply(struct certname_client *client, const struct reply *reply, uint64_t *tagp,
                      struct certname_verdict **verdictp)
{
    bool path;
    int r;

    if (reply->tag == 0 && reply->is_error)
        return reply_read_error(reply, &client->failure);
    if (!outstanding_take(&client->outstanding, reply->tag, &path))
        return failure_set(
            &client->failure, CERTNAME_ERR_PROTOCOL, 0,
            "%s: the reply answers a question that was not asked: do certnamed and this "
            "library belong together?",
            client->connection.address.sun_path);

    r = reply->is_error
            ? reply_read_error(reply, &client->failure)
            : verdict_open(verdictp, reply->payload, reply->n_payload, path, &client->failure);
    if (r != CERTNAME_ERR_PROTOCOL)
        *tagp = reply->tag;
    return r;
}

int client_answer(struct certname_client *client, const struct deadline *deadline, uint64_t *tagp,
                  struct certname_verdict **verdictp)
{
    struct reply reply;
    int r;

    *tagp = 0;
    *verdictp = NULL;
    r = find_reply(client, deadline, &reply);
    if (!r) {
        r = open_reply(client, &reply, tagp, verdictp);
        connection_take(&client->connection, reply.n_frame);
    }
    if (*tagp == 0)
        client_disconnect(client);
    return r;
}
