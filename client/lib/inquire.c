/* SPDX-License-Identifier: MIT */
/* Makes inquiries about the daemon itself: status, metrics and reload. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "client/lib/client.h"
#include "client/lib/export.h"

/* Receives what certname_inquire() returns, from the call's `finish` function. */
struct inquire_result {
    int result;
    char *text;
};

static int copy_text(struct inquire_result *inquired, const uint8_t *data, size_t n,
                     struct failure *failure)
{
    if (n > 0 && memchr(data, '\0', n))
        return failure_set(failure, CERTNAME_ERR_PROTOCOL, 0,
                           "the daemon's answer is not text: check that certnamed and this "
                           "library are of the same release");
    inquired->text = malloc(n + 1);
    if (!inquired->text)
        return failure_set(failure, CERTNAME_ERR_MEMORY, ENOMEM,
                           "no memory for certnamed's answer");
    if (n > 0)
        memcpy(inquired->text, data, n);
    inquired->text[n] = '\0';
    return 0;
}

/*
 * Handles the answer to a reload, whose first byte says whether the new configuration is in force.
 */
static int open_reloaded(struct inquire_result *inquired, const struct reply *reply,
                         struct failure *failure)
{
    int r;

    if (reply->n_payload == 0 || reply->payload[0] > 1)
        return failure_set(failure, CERTNAME_ERR_PROTOCOL, 0,
                           "the answer to the reload is malformed: check that certnamed and this "
                           "library are of the same release");
    r = copy_text(inquired, reply->payload + 1, reply->n_payload - 1, failure);
    if (r || reply->payload[0] == 0)
        return r;
    r = failure_set(failure, CERTNAME_ERR_RELOAD, 0, "%s", inquired->text);
    free(inquired->text);
    inquired->text = NULL;
    return r;
}

static int finish(struct call *call, int result, const struct reply *reply, struct failure *failure)
{
    struct inquire_result *inquired = call->context;

    if (result)
        inquired->result = result;
    else if (call->kind == FRAME_KIND_RELOAD)
        inquired->result = open_reloaded(inquired, reply, failure);
    else
        inquired->result = copy_text(inquired, reply->payload, reply->n_payload, failure);
    return inquired->result == CERTNAME_ERR_PROTOCOL ? CERTNAME_ERR_PROTOCOL : 0;
}

static int inquire(struct certname_client *client, enum frame_kind kind, char **textp)
{
    struct inquire_result inquired = {.result = CERTNAME_ERR_PROTOCOL};
    struct call *call = call_new(kind, 0);
    int r;

    if (call) {
        call->finish = finish;
        call->context = &inquired;
    }
    r = client_add_call(client, call);
    if (r)
        return r;
    exchange_wait(&client->exchange);
    *textp = inquired.text;
    return inquired.result;
}

EXPORT int certname_inquire(struct certname_client *client, enum certname_inquiry inquiry,
                            char **textp)
{
    int saved = errno;
    int r;

    if (textp)
        *textp = NULL;
    if (!client)
        return CERTNAME_ERR_ARGUMENT;
    r = client_begin_waiting(client);
    if (r)
        return r;
    if (!textp || inquiry < CERTNAME_STATUS || inquiry > CERTNAME_RELOAD)
        return failure_set(&client->exchange.failure, CERTNAME_ERR_ARGUMENT, 0,
                           "the place for the answer is NULL, or there is no such inquiry");
    r = inquire(client, (enum frame_kind)inquiry, textp);
    if (!r)
        errno = saved;
    return r;
}
