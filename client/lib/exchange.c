/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "client/lib/client.h"
#include "client/lib/reply.h"
#include "client/lib/verdict.h"
#include "proto/frame.h"

/* An answer's kind is its question's and this. */
#define REPLY_KIND_OFFSET 128

void client_disconnect(struct certname_client *client)
{
    connection_close(&client->connection);
    outstanding_clear(&client->outstanding);
}

void client_begin(struct certname_client *client, struct deadline *deadline)
{
    failure_clear(&client->failure);
    if (connection_is_open(&client->connection) && !connection_is_ours(&client->connection))
        client_disconnect(client);
    deadline_start(deadline, client->timeout_ms);
}

static int send_frame(struct certname_client *client, enum frame_kind kind, struct bytes payload,
                      uint64_t tag, const struct deadline *deadline)
{
    uint8_t header[FRAME_HEADER_BYTES];
    struct iovec parts[] = {
        {.iov_base = header, .iov_len = sizeof(header)},
        {.iov_base = (void *)(uintptr_t)payload.data, .iov_len = payload.len},
    };

    frame_write_header(header, (uint8_t)kind, tag, payload.len);
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

/* 0, or the connection is closed. */
static int connect_and_send(struct certname_client *client, enum frame_kind kind,
                            struct bytes payload, const struct deadline *deadline)
{
    int r = 0;

    if (!connection_is_open(&client->connection))
        r = connection_open(&client->connection, &client->address, deadline, &client->failure);
    if (!r)
        r = send_frame(client, kind, payload, ++client->last_tag, deadline);
    if (r == CONNECTION_GONE)
        r = last_words(client, deadline);
    /* To the caller, no memory alone means that earlier questions still wait. */
    if (r == CERTNAME_ERR_MEMORY && client->outstanding.n_entries > 0)
        r = CERTNAME_ERR_UNAVAILABLE;
    if (r)
        client_disconnect(client);
    return r;
}

int client_ask(struct certname_client *client, struct bytes payload, struct verdict_asked asked,
               const struct deadline *deadline, uint64_t *tagp)
{
    int r;

    *tagp = 0;
    if (client->outstanding.n_entries == OUTSTANDING_COUNT)
        return failure_set(&client->failure, CERTNAME_ERR_BUSY, 0,
                           "%d questions wait for their answers already: receive some first",
                           OUTSTANDING_COUNT);
    r = connect_and_send(client, FRAME_KIND_VERIFY, payload, deadline);
    if (r)
        return r;
    (void)outstanding_add(&client->outstanding, client->last_tag, asked);
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

static int refuse_foreign(struct certname_client *client)
{
    return failure_set(&client->failure, CERTNAME_ERR_PROTOCOL, 0,
                       "%s: the reply answers a question that was not asked: do certnamed and this "
                       "library belong together?",
                       client->connection.address.sun_path);
}

/* What concerns one question has its tag; what makes the connection useless has none. */
static int open_reply(struct certname_client *client, const struct reply *reply, uint64_t *tagp,
                      struct certname_verdict **verdictp)
{
    bool is_error = reply->kind == FRAME_KIND_ERROR;
    struct verdict_asked asked;
    int r;

    if (reply->tag == 0 && is_error)
        return reply_read_error(reply, &client->failure);
    if ((!is_error && reply->kind != FRAME_KIND_VERDICT) ||
        !outstanding_take(&client->outstanding, reply->tag, &asked))
        return refuse_foreign(client);

    r = is_error
            ? reply_read_error(reply, &client->failure)
            : verdict_open(verdictp, reply->payload, reply->n_payload, asked, &client->failure);
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

/* --- about the daemon itself --- */

static int copy_text(struct certname_client *client, const uint8_t *data, size_t n, char **textp)
{
    char *text;

    if (n > 0 && memchr(data, '\0', n))
        return failure_set(&client->failure, CERTNAME_ERR_PROTOCOL, 0,
                           "%s: the reply is no text: do certnamed and this library belong "
                           "together?",
                           client->connection.address.sun_path);
    text = malloc(n + 1);
    if (!text)
        return failure_set(&client->failure, CERTNAME_ERR_MEMORY, ENOMEM,
                           "no memory for certnamed's reply");
    if (n > 0)
        memcpy(text, data, n);
    text[n] = '\0';
    *textp = text;
    return 0;
}

/* One byte says whether the new configuration is in force. */
static int open_reloaded(struct certname_client *client, const struct reply *reply, char **textp)
{
    char *text = NULL;
    int r;

    if (reply->n_payload == 0 || reply->payload[0] > 1)
        return refuse_foreign(client);
    r = copy_text(client, reply->payload + 1, reply->n_payload - 1, &text);
    if (r || reply->payload[0] == 0) {
        *textp = text;
        return r;
    }
    r = failure_set(&client->failure, CERTNAME_ERR_RELOAD, 0, "%s", text);
    free(text);
    return r;
}

static int open_inquiry(struct certname_client *client, enum frame_kind kind,
                        const struct reply *reply, char **textp)
{
    if (reply->kind == FRAME_KIND_ERROR && (reply->tag == 0 || reply->tag == client->last_tag))
        return reply_read_error(reply, &client->failure);
    if (reply->tag != client->last_tag || reply->kind != kind + REPLY_KIND_OFFSET)
        return refuse_foreign(client);
    if (kind == FRAME_KIND_RELOAD)
        return open_reloaded(client, reply, textp);
    return copy_text(client, reply->payload, reply->n_payload, textp);
}

int client_inquire(struct certname_client *client, enum frame_kind kind,
                   const struct deadline *deadline, char **textp)
{
    struct reply reply;
    int r = connect_and_send(client, kind, (struct bytes){0}, deadline);

    if (!r)
        r = find_reply(client, deadline, &reply);
    if (!r) {
        r = open_inquiry(client, kind, &reply, textp);
        connection_take(&client->connection, reply.n_frame);
    }
    /* Whatever else is on its way there belongs to this inquiry. */
    if (r)
        client_disconnect(client);
    return r;
}
