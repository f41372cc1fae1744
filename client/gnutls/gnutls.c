/* SPDX-License-Identifier: MIT */
#include "certname/gnutls.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))

struct certname_gnutls_question {
    bool is_waiting; /* the library has not called the callback yet */
    bool is_orphan;  /* nobody waits for the answer any more; the callback frees this struct */
    int result;      /* the result, as certname_verify() returns it */
    struct certname_verdict *verdict;
};

/* The memory for the reason of a refusal. */
struct reason_text {
    char *out;
    size_t size;
};

/* --- the question --- */

static bool is_server(gnutls_session_t session)
{
    /* Only a server can read the name that a client sent, so this tells which side the session is.
     */
    size_t len = 0;
    unsigned type;

    return gnutls_server_name_get(session, NULL, &len, &type, 0) != GNUTLS_E_INVALID_REQUEST;
}

static int add_chain(struct certname_question *question, gnutls_session_t session)
{
    unsigned n = 0;
    const gnutls_datum_t *list = gnutls_certificate_get_peers(session, &n);
    int r = list && n > 0 ? 0 : CERTNAME_ERR_ARGUMENT;

    for (unsigned i = 0; !r && i < n; i++)
        r = certname_question_add_certificate(question, list[i].data, list[i].size);
    return r;
}

/*
 * Returns the question about a session's peer; NULL if memory ran out or the peer sent no
 * certificates.
 */
static struct certname_question *make_question(gnutls_session_t session, const char *host)
{
    struct certname_question *question = certname_question_new();
    int r = question ? certname_question_require_path(question) : CERTNAME_ERR_MEMORY;

    if (!r && host)
        r = certname_question_set_host(question, host, strlen(host));
    else if (!r)
        r = certname_question_without_identity(question);
    if (!r && is_server(session))
        r = certname_question_set_purpose(question, CERTNAME_PURPOSE_CLIENT);
    if (!r)
        r = add_chain(question, session);
    return r ? certname_question_free(question) : question;
}

/* --- the answer --- */

static void explain(const struct reason_text *reason, int result,
                    const struct certname_verdict *verdict, const char *error)
{
    const struct certname_rule *rule = certname_verdict_rule(verdict);

    if (reason->size == 0 || result == CERTNAME_VERIFIED)
        return;
    if (result < 0)
        snprintf(reason->out, reason->size, "certnamed: %s", error);
    else if (rule->file[0])
        snprintf(reason->out, reason->size, "certnamed: %s; %s in %s:%u",
                 certname_verdict_message(verdict), rule->section, rule->file, rule->line);
    else
        snprintf(reason->out, reason->size, "certnamed: %s; the built-in policy",
                 certname_verdict_message(verdict));
}

static int conclude(int result)
{
    return result == CERTNAME_VERIFIED ? 0 : GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR;
}

static int refuse(const struct reason_text *reason, const char *text)
{
    explain(reason, CERTNAME_ERR_ARGUMENT, NULL, text);
    return GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR;
}

/* --- GnuTLS's own verification --- */

/* Returns whether GnuTLS accepts the peer; true if GnuTLS is not asked. */
static bool does_gnutls_accept(gnutls_session_t session, const char *host, unsigned how,
                               const struct reason_text *reason)
{
    gnutls_typed_vdata_st name = {.type = GNUTLS_DT_DNS_HOSTNAME};
    unsigned status = 0;
    gnutls_datum_t text = {0};
    int r;

    if (how == CERTNAME_GNUTLS_INSTEAD)
        return true;
    name.data = (unsigned char *)(size_t)host;
    r = gnutls_certificate_verify_peers(session, &name, host ? 1 : 0, &status);
    if (r == 0 && status == 0)
        return true;
    if (r == 0)
        r = gnutls_certificate_verification_status_print(
            status, gnutls_certificate_type_get(session), &text, 0);
    if (reason->size > 0)
        snprintf(reason->out, reason->size, "GnuTLS: %s",
                 text.data ? (const char *)text.data : gnutls_strerror(r));
    gnutls_free(text.data);
    return false;
}

/* Checks the arguments of a call. Returns false, and writes the reason, if they cannot be used. */
static bool begin(const struct reason_text *reason, const void *asked, unsigned how)
{
    if (reason->size > 0)
        reason->out[0] = 0;
    if (asked && (how == CERTNAME_GNUTLS_BESIDES || how == CERTNAME_GNUTLS_INSTEAD))
        return true;
    (void)refuse(reason, "the verification was called with a wrong argument");
    return false;
}

EXPORT int certname_gnutls_verify(gnutls_session_t session, struct certname_pool *pool,
                                  const char *host, unsigned how, char *out, size_t size)
{
    const struct reason_text reason = {out, size};
    struct certname_verdict *verdict = NULL;
    struct certname_question *question;
    struct certname_client *client;
    int result;

    if (!begin(&reason, pool, how) || !does_gnutls_accept(session, host, how, &reason))
        return GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR;
    question = make_question(session, host);
    client = certname_pool_take(pool);
    if (question && client) {
        result = certname_verify(client, question, &verdict);
        explain(&reason, result, verdict, certname_client_error(client));
    } else {
        result = refuse(&reason, "the peer has no certificate, or there is no memory");
    }
    (void)certname_verdict_free(verdict);
    (void)certname_question_free(question);
    certname_pool_give(pool, client);
    return conclude(result);
}

/* --- without waiting --- */

static void take_answer(void *context, int result, struct certname_verdict *verdict)
{
    struct certname_gnutls_question *waiting = context;

    if (waiting->is_orphan) {
        (void)certname_verdict_free(verdict);
        free(waiting);
        return;
    }
    waiting->is_waiting = false;
    waiting->result = result;
    waiting->verdict = verdict;
}

EXPORT struct certname_gnutls_question *
certname_gnutls_question_free(struct certname_gnutls_question *waiting)
{
    if (!waiting)
        return NULL;
    if (waiting->is_waiting) {
        waiting->is_orphan = true;
        return NULL;
    }
    (void)certname_verdict_free(waiting->verdict);
    free(waiting);
    return NULL;
}

/* Queues the question. Returns it, or NULL on failure. */
static struct certname_gnutls_question *queue(gnutls_session_t session,
                                              struct certname_client *client, const char *host)
{
    struct certname_gnutls_question *waiting = calloc(1, sizeof(*waiting));
    struct certname_question *question = make_question(session, host);
    int r = waiting && question ? certname_ask(client, question, take_answer, waiting)
                                : CERTNAME_ERR_MEMORY;

    (void)certname_question_free(question);
    if (r) {
        free(waiting);
        return NULL;
    }
    waiting->is_waiting = true;
    return waiting;
}

EXPORT int certname_gnutls_verify_async(gnutls_session_t session, struct certname_client *client,
                                        struct certname_gnutls_question **questionp,
                                        const char *host, unsigned how, char *out, size_t size)
{
    const struct reason_text reason = {out, size};
    int result;

    if (!begin(&reason, questionp ? client : NULL, how))
        return GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR;
    if (!*questionp) {
        if (!does_gnutls_accept(session, host, how, &reason))
            return GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR;
        *questionp = queue(session, client, host);
        return *questionp ? GNUTLS_E_AGAIN : refuse(&reason, "the question could not be asked");
    }
    if ((*questionp)->is_waiting)
        return GNUTLS_E_AGAIN;
    result = (*questionp)->result;
    explain(&reason, result, (*questionp)->verdict, certname_client_error(client));
    *questionp = certname_gnutls_question_free(*questionp);
    return conclude(result);
}
