/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "client/lib/client.h"
#include "client/lib/export.h"
#include "client/lib/question.h"
#include "proto/codec.h"

/*
 * A connection on which nothing waits may have been closed since: then a new one loses nothing.
 * Otherwise it is for the caller to send again what was lost.
 */
static int ask(struct certname_client *client, struct bytes payload, struct verdict_asked asked,
               const struct deadline *deadline, uint64_t *tagp)
{
    bool nothing_waits = client->outstanding.n_entries == 0;
    int r = client_ask(client, payload, asked, deadline, tagp);

    if (r == CONNECTION_GONE && nothing_waits) {
        failure_clear(&client->failure);
        r = client_ask(client, payload, asked, deadline, tagp);
    }
    return r == CONNECTION_GONE ? CERTNAME_ERR_UNAVAILABLE : r;
}

EXPORT int certname_send(struct certname_client *client, const struct certname_question *question,
                         uint64_t *tagp)
{
    struct deadline deadline;
    struct bytes payload;
    struct arena arena;
    int saved = errno;
    uint64_t tag = 0;
    int r;

    if (tagp)
        *tagp = 0;
    if (!client)
        return CERTNAME_ERR_ARGUMENT;
    client_begin(client, &deadline);
    if (!tagp)
        return failure_set(&client->failure, CERTNAME_ERR_ARGUMENT, 0,
                           "no place for the tag (NULL)");
    codec_arena_init(&arena);
    r = question_write(question, &arena, &payload, &client->failure);
    if (!r)
        r = ask(client, payload, question_asks(question), &deadline, &tag);
    arena_deinit(&arena);
    if (!r)
        errno = saved;
    *tagp = tag;
    return r;
}

static int receive(struct certname_client *client, uint64_t *tagp, const struct deadline *deadline,
                   struct certname_verdict **verdictp)
{
    int r;

    if (client->outstanding.n_entries == 0)
        return failure_set(&client->failure, CERTNAME_ERR_ARGUMENT, 0,
                           "no question waits for its answer: send one with certname_send()");
    r = client_answer(client, deadline, tagp, verdictp);
    return r == CONNECTION_GONE ? CERTNAME_ERR_UNAVAILABLE : r;
}

EXPORT int certname_receive(struct certname_client *client, uint64_t *tagp,
                            struct certname_verdict **verdictp)
{
    struct certname_verdict *verdict = NULL;
    struct deadline deadline;
    int saved = errno;
    uint64_t tag = 0;
    int r;

    if (tagp)
        *tagp = 0;
    if (verdictp)
        *verdictp = NULL;
    if (!client)
        return CERTNAME_ERR_ARGUMENT;
    client_begin(client, &deadline);
    r = receive(client, &tag, &deadline, &verdict);
    if (r >= 0)
        errno = saved;
    if (tagp)
        *tagp = tag;
    if (verdictp)
        *verdictp = verdict;
    else
        (void)certname_verdict_free(verdict);
    return r;
}
