/* SPDX-License-Identifier: MIT */
/* Asks questions and waits for the answers. */
#include <errno.h>
#include <string.h>

#include "client/lib/client.h"
#include "client/lib/export.h"
#include "client/lib/question.h"
#include "client/lib/verdict.h"
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
    struct call *call = NULL;
    int r = question_call_new(&call, question, &client->exchange.failure);

    if (r)
        return r;
    verified->asked = question_asked(question);
    call->finish = finish;
    call->context = verified;
    return client_add_call(client, call);
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

/* Fills a request, which points to the arguments. Returns 0 or a negative enum certname_error. */
static int fill_request(struct request *request, const char *host,
                        const struct certname_bytes *chain, size_t n_chain)
{
    struct bytes text = {.data = (const uint8_t *)host, .len = host ? strlen(host) : 0};

    if (!host || (!chain && n_chain > 0) || n_chain > LIMIT_CERTIFICATES_COUNT)
        return CERTNAME_ERR_ARGUMENT;
    if (text.len > LIMIT_REFERENCE_BYTES)
        return CERTNAME_ERR_TOO_LARGE;
    request->references[request->n_references++] = (struct request_reference){REQUEST_HOST, text};
    for (size_t i = 0; i < n_chain; i++) {
        if (!chain[i].data && chain[i].len > 0)
            return CERTNAME_ERR_ARGUMENT;
        if (chain[i].len > LIMIT_CERTIFICATE_BYTES)
            return CERTNAME_ERR_TOO_LARGE;
        request->certificates[request->n_certificates++] = (struct bytes){
            .data = chain[i].data,
            .len = chain[i].len,
        };
    }
    return 0;
}

static int verify_chain(struct certname_client *client, const char *host,
                        const struct certname_bytes *chain, size_t n_chain, bool path,
                        struct certname_verdict **verdictp)
{
    struct certname_question question = {.request = {.path = path}};
    int r = fill_request(&question.request, host, chain, n_chain);

    if (r)
        return failure_set(&client->exchange.failure, r, 0,
                           "cannot ask about this host and certificate (%s): neither may be NULL, "
                           "a host has at most %d bytes and a certificate at most %d",
                           certname_result_name(r), LIMIT_REFERENCE_BYTES, LIMIT_CERTIFICATE_BYTES);
    return certname_verify(client, &question, verdictp);
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
