/* SPDX-License-Identifier: MIT */
#include "client/run/judge.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "client/run/preload.h"
#include "client/run/record.h"
#include "client/run/seen.h"

/*
 * Clients for all threads of the process; NULL if memory ran out or the path of the socket cannot
 * be used, and then everything is refused.
 */
static struct certname_pool *pool;

static void open_pool(void)
{
    struct certname_client *model = certname_client_new();
    const char *socket = preload_get()->socket;

    /* If the path cannot be used the pool stays NULL, so that no other daemon is asked. */
    if (model && (!socket || certname_client_set_path(model, socket) == 0))
        pool = certname_pool_new(model);
    (void)certname_client_free(model);
}

/* --- the reason --- */

/*
 * Returns the message without the words with which it begins for every refusal of an application.
 */
static const char *shorten(const char *message)
{
    static const char usual[] = "application verification failure: ";

    return strncmp(message, usual, sizeof(usual) - 1) == 0 ? message + sizeof(usual) - 1 : message;
}

static void explain_refusal(const struct certname_verdict *verdict, char reason[JUDGE_REASON_BYTES])
{
    const struct certname_failure *first = certname_verdict_failure(verdict, 0);
    const struct certname_rule *rule = certname_verdict_rule(verdict);
    const char *detail = first && first->detail[0] ? first->detail : "";
    char place[JUDGE_REASON_BYTES / 2] = "the built-in policy";

    if (rule->file[0])
        snprintf(place, sizeof(place), "%s in %s:%u", rule->section, rule->file, rule->line);
    snprintf(reason, JUDGE_REASON_BYTES, "certnamed: %.160s%s%.80s; %s",
             shorten(certname_verdict_message(verdict)), detail[0] ? ": " : "", detail, place);
}

/*
 * Explains why there is no verdict: the library's sentence, and the daemon's socket and the errno
 * where the sentence does not name both.
 */
static void explain_error(const struct certname_client *client, int result,
                          char reason[JUDGE_REASON_BYTES])
{
    const char *error = certname_client_error(client), *path = certname_client_path(client);
    int errnum = certname_client_errno(client);
    char cause[128];

    if (!errnum)
        errnum = result == CERTNAME_ERR_BUSY ? EBUSY : EPROTO;
    errno = errnum;
    snprintf(cause, sizeof(cause), "%m");
    if (strstr(error, path) && strstr(error, cause))
        snprintf(reason, JUDGE_REASON_BYTES, "certnamed: %.480s", error);
    else
        snprintf(reason, JUDGE_REASON_BYTES, "certnamed: %.250s (%.108s: %s, %.80s)", error, path,
                 certname_result_name(result), cause);
}

/* --- asking --- */

static struct certname_question *make_question(const struct tls_server *server)
{
    struct certname_question *question = certname_question_new();
    int r = question ? certname_question_require_path(question) : CERTNAME_ERR_MEMORY;

    for (size_t i = 0; !r && i < server->n_names; i++)
        r = certname_question_add_reference(question, server->type, server->names[i],
                                            strlen(server->names[i]));
    if (!r && server->n_names == 0)
        r = certname_question_without_identity(question);
    for (size_t i = 0; !r && i < server->n_chain; i++)
        r = certname_question_add_certificate(question, server->chain[i].data,
                                              server->chain[i].len);
    return r ? certname_question_free(question) : question;
}

/* Returns the result of certname_verify(), and writes a reason unless that is CERTNAME_VERIFIED. */
static int ask(const struct tls_server *server, char reason[JUDGE_REASON_BYTES])
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct certname_verdict *verdict = NULL;
    struct certname_question *question;
    struct certname_client *client;
    int r;

    (void)pthread_once(&once, open_pool);
    client = pool ? certname_pool_take(pool) : NULL;
    question = make_question(server);
    if (!client || !question) {
        snprintf(
            reason, JUDGE_REASON_BYTES,
            "certnamed cannot be asked: there is no memory, the path of its socket cannot be used, "
            "or the certificates are too large");
        r = CERTNAME_ERR_ARGUMENT;
    } else {
        r = certname_verify(client, question, &verdict);
        if (r < 0)
            explain_error(client, r, reason);
        else if (r != CERTNAME_VERIFIED)
            explain_refusal(verdict, reason);
    }
    (void)certname_verdict_free(verdict);
    (void)certname_question_free(question);
    certname_pool_give(pool, client);
    return r;
}

/* --- deciding --- */

/* Counts and records a decision, and returns it as a judgement. */
static enum server_judgement decide(const char *host, bool accepted, bool has_verdict,
                                    const char *reason)
{
    struct run_counts *counts = preload_get()->counts;

    atomic_fetch_add(accepted      ? &counts->n_accepted
                     : has_verdict ? &counts->n_refused
                                   : &counts->n_errors,
                     1);
    record_decision(host, accepted, reason);
    return accepted ? JUDGED_ACCEPTED : JUDGED_REFUSED;
}

/* Judges a server without a name if --nameless does not have its path judged. */
static enum server_judgement judge_nameless(char reason[JUDGE_REASON_BYTES])
{
    const struct preload *preload = preload_get();

    atomic_fetch_add(&preload->counts->n_nameless, 1);
    if (preload->nameless == PRELOAD_NAMELESS_SKIP)
        return JUDGED_ACCEPTED;
    snprintf(
        reason, JUDGE_REASON_BYTES,
        "certnamed: the program gave no name that could be compared (--nameless=path has the path "
        "alone judged)");
    record_decision("a server without a name", false, reason);
    return JUDGED_REFUSED;
}

/* Judges a server as judge_server() does without --report. */
static enum server_judgement judge_strictly(const struct tls_server *server,
                                            char reason[JUDGE_REASON_BYTES])
{
    const char *host = server->n_names > 0 ? server->names[0] : "a server without a name";
    int r;

    if (server->n_names == 0 && preload_get()->nameless != PRELOAD_NAMELESS_PATH)
        return judge_nameless(reason);
    r = ask(server, reason);
    /* With several names any of them may be the one that matched. */
    if (r == CERTNAME_VERIFIED && server->n_names == 1 && server->type == CERTNAME_HOST)
        seen_accept(server);
    return decide(host, r == CERTNAME_VERIFIED, r >= 0, reason);
}

enum server_judgement judge_server(const struct tls_server *server, char reason[JUDGE_REASON_BYTES])
{
    enum server_judgement judgement;
    int saved = errno;

    reason[0] = 0;
    seen_add(server);
    judgement = judge_strictly(server, reason);
    errno = saved;
    if (!preload_get()->report)
        return judgement;
    reason[0] = 0;
    return JUDGED_ACCEPTED;
}

enum server_judgement judge_later(enum certname_reference type, const char *name, const void *der,
                                  size_t len, char reason[JUDGE_REASON_BYTES])
{
    struct tls_server server = {.type = type, .names = {name}, .n_names = 1};
    enum server_judgement judgement;
    struct seen *seen;

    reason[0] = 0;
    if (type == CERTNAME_HOST && seen_is_accepted(name, der, len))
        return JUDGED_ACCEPTED;
    seen = seen_copy(der, len, &server);
    if (!seen) {
        server.chain[0] = (struct certname_bytes){der, len};
        server.n_chain = 1;
    }
    judgement = judge_server(&server, reason);
    seen_free(seen);
    return judgement;
}
