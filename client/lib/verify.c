/* SPDX-License-Identifier: MIT */
/* Asks questions and waits for the answers. */
#include <errno.h>
#include <string.h>

#include "client/lib/client.h"
#include "client/lib/export.h"
#include "client/lib/question.h"
#include "client/lib/verdict.h"
#include "proto/codec.h"
#include "proto/limits.h"

/* Receives what certname_verify() returns, from the call's `finish` function. */
struct verify_result {
    struct verdict_asked asked;
    int result;
    struct certname_verdict *verdict;
};

static int finish(struct call *call, int result, const struct reply *reply, struct failure *failure)
{
    struct verify_result *verified = call->context;

    verified->result = result ? result
                              : verdict_open(&verified->verdict, reply->payload, reply->n_payload,
                                             verified->asked, failure);
    return verified->result == CERTNAME_ERR_PROTOCOL ? CERTNAME_ERR_PROTOCOL : 0;
}

static int add_call(struct certname_client *client, const struct certname_question *question,
                    struct verify_result *verified)
{
    struct bytes payload;
    struct arena arena;
    struct call *call;
    int r;

    codec_arena_init(&arena);
    r = question_write(question, &arena, &payload, &client->exchange.failure);
    if (!r) {
        call = call_new(FRAME_KIND_VERIFY, payload);
        if (call) {
            call->finish = finish;
            call->context = verified;
        }
        r = client_add_call(client, call);
    }
    arena_deinit(&arena);
    return r;
}

EXPORT int certname_verify(struct certname_client *client, const struct certname_question *question,
                           struct certname_verdict **verdictp)
{
    struct verify_result verified = {.result = CERTNAME_ERR_PROTOCOL};
    int saved = errno;
    int r;

    if (verdictp)
        *verdictp = NULL;
    if (!client)
        return CERTNAME_ERR_ARGUMENT;
    r = client_begin_waiting(client);
    if (!r)
        r = add_call(client, question, &verified);
    if (r)
        return r;
    verified.asked = question_asked(question);
    exchange_wait(&client->exchange);
    if (verified.result >= 0)
        errno = saved;
    if (verdictp)
        *verdictp = verified.verdict;
    else
        (void)certname_verdict_free(verified.verdict);
    return verified.result;
}

/* --- short forms --- */

static int fill_question(struct certname_question *question, const char *host,
                         const struct certname_bytes *chain, size_t n_chain)
{
    int r;

    if (!question)
        return CERTNAME_ERR_MEMORY;
    if (!host || (!chain && n_chain > 0))
        return CERTNAME_ERR_ARGUMENT;
    r = certname_question_set_host(question, host, strlen(host));
    for (size_t i = 0; !r && i < n_chain; i++)
        r = certname_question_add_certificate(question, chain[i].data, chain[i].len);
    return r;
}

static int verify_chain(struct certname_client *client, const char *host,
                        const struct certname_bytes *chain, size_t n_chain, bool path,
                        struct certname_verdict **verdictp)
{
    struct certname_question *question = certname_question_new();
    int r = fill_question(question, host, chain, n_chain);

    if (r)
        r = failure_set(&client->exchange.failure, r, r == CERTNAME_ERR_MEMORY ? ENOMEM : 0,
                        "cannot ask about this host and certificate (%s): neither may be NULL, a "
                        "host has at most %d bytes and a certificate at most %d",
                        certname_result_name(r), LIMIT_REFERENCE_BYTES, LIMIT_CERTIFICATE_BYTES);
    if (!r && path)
        r = certname_question_require_path(question);
    if (!r)
        r = certname_verify(client, question, verdictp);
    (void)certname_question_free(question);
    return r;
}

EXPORT int certname_verify_host(struct certname_client *client, const char *host, const void *der,
                                size_t len, struct certname_verdict **verdictp)
{
    struct certname_bytes certificate = {.data = der, .len = len};

    if (verdictp)
        *verdictp = NULL;
    return client ? verify_chain(client, host, &certificate, 1, false, verdictp)
                  : CERTNAME_ERR_ARGUMENT;
}

/*
 * Asks about the chain. Returns 1 if the result accepts at least `least`; else 0, and
 * certname_client_error() returns the reason of the refusal or the error.
 */
static int accepts_chain(struct certname_client *client, const char *host,
                         const struct certname_bytes *chain, size_t n_chain, int least)
{
    struct certname_verdict *verdict = NULL;
    int r;

    if (!client)
        return 0;
    r = verify_chain(client, host, chain, n_chain, least == CERTNAME_VERIFIED, &verdict);
    if (r == CERTNAME_NOT_VERIFIED)
        (void)failure_set(&client->exchange.failure, r, 0, "%s", certname_verdict_message(verdict));
    (void)certname_verdict_free(verdict);
    return certname_accepts(r, least);
}

EXPORT int certname_match_hostname(struct certname_client *client, const char *host,
                                   const void *der, size_t len)
{
    struct certname_bytes certificate = {.data = der, .len = len};

    return accepts_chain(client, host, &certificate, 1, CERTNAME_NAME_MATCHES);
}

EXPORT int certname_verify_chain(struct certname_client *client, const char *host,
                                 const struct certname_bytes *chain, size_t n_chain)
{
    return accepts_chain(client, host, chain, n_chain, CERTNAME_VERIFIED);
}
