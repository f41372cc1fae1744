/* SPDX-License-Identifier: MIT */
#include "certname/openssl.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/x509v3.h>

#define EXPORT __attribute__((visibility("default")))

#define REASON_BYTES 512

/* Says how the connections of a context are judged. It is stored in the context's ex_data. */
struct context_use {
    struct certname_pool *pool;     /* NULL if questions are asked without waiting */
    struct certname_client *client; /* asks without waiting; NULL if there is a pool */
    unsigned how;
};

enum peer_progress {
    PEER_NEW = 0,
    PEER_WAITING,
    PEER_ANSWERED,
};

/* The verdict about a connection's peer. It is stored in the connection's ex_data. */
struct peer {
    enum peer_progress progress;
    bool is_orphan; /* the connection has been freed; take_answer() frees this struct */
    int result;     /* as certname_verify() returns it */
    struct certname_verdict *verdict;
    char reason[REASON_BYTES];
};

/* --- ex_data --- */

static int context_index = -1, peer_index = -1;

static void free_use(void *parent, void *data, CRYPTO_EX_DATA *ex, int index, long number,
                     void *argument)
{
    (void)parent;
    (void)ex;
    (void)index;
    (void)number;
    (void)argument;
    free(data);
}

static void free_peer(void *parent, void *data, CRYPTO_EX_DATA *ex, int index, long number,
                      void *argument)
{
    struct peer *peer = data;

    (void)parent;
    (void)ex;
    (void)index;
    (void)number;
    (void)argument;
    if (peer && peer->progress == PEER_WAITING) {
        peer->is_orphan = true;
        return;
    }
    if (peer)
        (void)certname_verdict_free(peer->verdict);
    free(peer);
}

/* The dup function of the ex_data: a copy of a connection begins without an answer. */
static int drop_peer(CRYPTO_EX_DATA *to, const CRYPTO_EX_DATA *from, void **datap, int index,
                     long number, void *argument)
{
    (void)to;
    (void)from;
    (void)index;
    (void)number;
    (void)argument;
    *datap = NULL;
    return 1;
}

static void open_indices(void)
{
    context_index = SSL_CTX_get_ex_new_index(0, NULL, NULL, NULL, free_use);
    peer_index = SSL_get_ex_new_index(0, NULL, NULL, drop_peer, free_peer);
}

static struct peer *get_peer(SSL *ssl)
{
    struct peer *peer = SSL_get_ex_data(ssl, peer_index);

    if (peer)
        return peer;
    peer = calloc(1, sizeof(*peer));
    if (peer && SSL_set_ex_data(ssl, peer_index, peer) != 1) {
        free(peer);
        peer = NULL;
    }
    return peer;
}

/* --- the question --- */

static int add_certificate(struct certname_question *question, const X509 *certificate)
{
    unsigned char *der = NULL;
    int len = i2d_X509(certificate, &der);
    int r = len > 0 ? certname_question_add_certificate(question, der, (size_t)len)
                    : CERTNAME_ERR_MEMORY;

    OPENSSL_free(der);
    return r;
}

/* Adds the end entity's certificate and the other certificates that the peer sent. */
static int add_chain(struct certname_question *question, X509_STORE_CTX *ctx)
{
    const X509 *leaf = X509_STORE_CTX_get0_cert(ctx);
    const STACK_OF(X509) *others = X509_STORE_CTX_get0_untrusted(ctx);
    int r = leaf ? add_certificate(question, leaf) : CERTNAME_ERR_ARGUMENT;

    for (int i = 0; !r && i < sk_X509_num(others); i++) {
        const X509 *one = sk_X509_value(others, i);

        if (one != leaf)
            r = add_certificate(question, one);
    }
    return r;
}

static int add_name(struct certname_question *question, const char *name, size_t *np)
{
    int r = certname_question_add_reference(question, CERTNAME_HOST, name, strlen(name));

    if (!r)
        ++*np;
    return r;
}

/*
 * Adds the names that OpenSSL compares; if there are none, the address; if there is none either,
 * the name that the client sends to the server.
 */
static int add_names(struct certname_question *question, SSL *ssl, X509_VERIFY_PARAM *param,
                     size_t *np)
{
    const char *name;
    char *address;
    int r = 0;

    for (int i = 0; !r && (name = X509_VERIFY_PARAM_get0_host(param, i)); i++)
        r = add_name(question, name, np);
    /* If no address is set the function leaves an error in OpenSSL's queue, which is removed. */
    ERR_set_mark();
    address = X509_VERIFY_PARAM_get1_ip_asc(param);
    ERR_pop_to_mark();
    if (!r && *np == 0 && address)
        r = add_name(question, address, np);
    OPENSSL_free(address);
    name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
    if (!r && *np == 0 && name)
        r = add_name(question, name, np);
    return r;
}

/*
 * Fills in a question about a server. Returns 0; an enum certname_error; or 1 if the server has no
 * name and is refused because of that.
 */
static int ask_about_server(struct certname_question *question, SSL *ssl, X509_STORE_CTX *ctx,
                            unsigned how)
{
    size_t n = 0;
    int r = add_names(question, ssl, X509_STORE_CTX_get0_param(ctx), &n);

    if (r || n > 0)
        return r;
    return how & CERTNAME_OPENSSL_NAMELESS_PATH ? certname_question_without_identity(question) : 1;
}

static int fill_question(struct certname_question *question, SSL *ssl, X509_STORE_CTX *ctx,
                         unsigned how)
{
    int r;

    if (!question)
        return CERTNAME_ERR_MEMORY;
    if (SSL_is_server(ssl)) {
        r = certname_question_without_identity(question);
        if (!r)
            r = certname_question_set_purpose(question, CERTNAME_PURPOSE_CLIENT);
    } else {
        r = ask_about_server(question, ssl, ctx, how);
    }
    if (!r)
        r = certname_question_require_path(question);
    return r ? r : add_chain(question, ctx);
}

/* --- the answer --- */

static void explain(struct peer *peer, const struct certname_client *client)
{
    const struct certname_rule *rule = certname_verdict_rule(peer->verdict);

    peer->reason[0] = 0;
    if (peer->result == CERTNAME_VERIFIED)
        return;
    if (peer->result < 0)
        snprintf(peer->reason, sizeof(peer->reason), "certnamed: %.480s",
                 certname_client_error(client));
    else if (rule->file[0])
        snprintf(peer->reason, sizeof(peer->reason), "certnamed: %.240s; %.80s in %.120s:%u",
                 certname_verdict_message(peer->verdict), rule->section, rule->file, rule->line);
    else
        snprintf(peer->reason, sizeof(peer->reason), "certnamed: %.240s; the built-in policy",
                 certname_verdict_message(peer->verdict));
}

/* Stores the answer to a question that was asked without waiting. */
static void take_answer(void *context, int result, struct certname_verdict *verdict)
{
    struct peer *peer = context;

    if (peer->is_orphan) {
        (void)certname_verdict_free(verdict);
        free(peer);
        return;
    }
    peer->result = result;
    peer->verdict = verdict;
    peer->progress = PEER_ANSWERED;
}

static void forget(struct peer *peer)
{
    peer->verdict = certname_verdict_free(peer->verdict);
    peer->result = CERTNAME_NOT_VERIFIED;
    peer->progress = PEER_NEW;
    peer->reason[0] = 0;
}

/* Asks, and waits for the answer. */
static void ask(const struct context_use *use, struct peer *peer,
                const struct certname_question *question)
{
    struct certname_client *client = certname_pool_take(use->pool);

    peer->result = certname_verify(client, question, &peer->verdict);
    explain(peer, client);
    certname_pool_give(use->pool, client);
    peer->progress = PEER_ANSWERED;
}

/* Queues a question. If it cannot be queued, that error is its answer. */
static void begin(const struct context_use *use, struct peer *peer,
                  const struct certname_question *question)
{
    peer->result = certname_ask(use->client, question, take_answer, peer);
    peer->progress = peer->result == 0 ? PEER_WAITING : PEER_ANSWERED;
}

static void refuse_question(struct peer *peer, int r)
{
    peer->result = r > 0 ? CERTNAME_ERR_ARGUMENT : r;
    peer->progress = PEER_ANSWERED;
    snprintf(peer->reason, sizeof(peer->reason), "certnamed: %s",
             r > 0
                 ? "the connection has no name that could be compared"
                 : "the question could not be made, for lack of memory or because it is too large");
}

static void start(const struct context_use *use, struct peer *peer, SSL *ssl, X509_STORE_CTX *ctx)
{
    struct certname_question *question = certname_question_new();
    int r = fill_question(question, ssl, ctx, use->how);

    if (r)
        refuse_question(peer, r);
    else if (use->pool)
        ask(use, peer, question);
    else
        begin(use, peer, question);
    (void)certname_question_free(question);
}

/* --- OpenSSL's verification --- */

static int refuse(X509_STORE_CTX *ctx, const struct peer *peer)
{
    int code = peer ? certname_verdict_verify_code(peer->verdict) : 0;

    X509_STORE_CTX_set_error(ctx, code > 0 ? code : X509_V_ERR_APPLICATION_VERIFICATION);
    return 0;
}

/*
 * Has OpenSSL interrupt the handshake and call verify() again later. Returns whether OpenSSL will
 * do that. Only then may verify() return 1: OpenSSL before 3.0.2, and any server, would take the 1
 * for an acceptance.
 */
static bool ask_to_retry(SSL *ssl)
{
    return !SSL_is_server(ssl) && OpenSSL_version_num() >= 0x30000020UL &&
           SSL_set_retry_verify(ssl) == 1 && SSL_want_retry_verify(ssl);
}

static int verify(X509_STORE_CTX *ctx, void *argument)
{
    const struct context_use *use = argument;
    SSL *ssl = X509_STORE_CTX_get_ex_data(ctx, SSL_get_ex_data_X509_STORE_CTX_idx());
    struct peer *peer = ssl ? get_peer(ssl) : NULL;

    if (!peer)
        return refuse(ctx, NULL);
    if (use->how & CERTNAME_OPENSSL_BESIDES && X509_verify_cert(ctx) != 1)
        return 0;
    if (peer->progress == PEER_NEW) {
        forget(peer);
        start(use, peer, ssl, ctx);
    }
    if (peer->progress == PEER_WAITING)
        return ask_to_retry(ssl) ? 1 : refuse(ctx, NULL);
    if (!use->pool && !peer->reason[0])
        explain(peer, use->client);
    /* An answer counts for one handshake; the next handshake of the connection asks again. */
    peer->progress = PEER_NEW;
    if (peer->result != CERTNAME_VERIFIED)
        return refuse(ctx, peer);
    X509_STORE_CTX_set_error(ctx, X509_V_OK);
    return 1;
}

/* --- the API --- */

static bool is_how(unsigned how)
{
    unsigned mode = how & ~CERTNAME_OPENSSL_NAMELESS_PATH;

    return mode == CERTNAME_OPENSSL_BESIDES || mode == CERTNAME_OPENSSL_INSTEAD;
}

static int use_with(SSL_CTX *ctx, struct certname_pool *pool, struct certname_client *client,
                    unsigned how)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct context_use *use;

    if (!ctx || (!pool && !client) || !is_how(how))
        return CERTNAME_ERR_ARGUMENT;
    (void)pthread_once(&once, open_indices);
    use = context_index >= 0 && peer_index >= 0 ? SSL_CTX_get_ex_data(ctx, context_index) : NULL;
    if (!use && context_index >= 0 && peer_index >= 0) {
        use = calloc(1, sizeof(*use));
        if (use && SSL_CTX_set_ex_data(ctx, context_index, use) != 1) {
            free(use);
            use = NULL;
        }
    }
    if (!use)
        return CERTNAME_ERR_MEMORY;
    *use = (struct context_use){pool, client, how};
    SSL_CTX_set_cert_verify_callback(ctx, verify, use);
    SSL_CTX_set_verify(ctx, SSL_CTX_get_verify_mode(ctx) | SSL_VERIFY_PEER,
                       SSL_CTX_get_verify_callback(ctx));
    (void)SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
    (void)SSL_CTX_set_options(ctx, SSL_OP_NO_TICKET);
    return 0;
}

EXPORT int certname_openssl_use(SSL_CTX *ctx, struct certname_pool *pool, unsigned how)
{
    return pool ? use_with(ctx, pool, NULL, how) : CERTNAME_ERR_ARGUMENT;
}

EXPORT int certname_openssl_use_async(SSL_CTX *ctx, struct certname_client *client, unsigned how)
{
    return client ? use_with(ctx, NULL, client, how) : CERTNAME_ERR_ARGUMENT;
}

static const struct peer *find_peer(const SSL *ssl)
{
    return ssl && peer_index >= 0 ? SSL_get_ex_data(ssl, peer_index) : NULL;
}

EXPORT int certname_openssl_is_waiting(const SSL *ssl)
{
    const struct peer *peer = find_peer(ssl);

    return peer && peer->progress == PEER_WAITING;
}

EXPORT const char *certname_openssl_reason(const SSL *ssl)
{
    const struct peer *peer = find_peer(ssl);

    return peer ? peer->reason : "";
}

EXPORT const struct certname_verdict *certname_openssl_verdict(const SSL *ssl)
{
    const struct peer *peer = find_peer(ssl);

    return peer ? peer->verdict : NULL;
}
