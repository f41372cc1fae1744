/* SPDX-License-Identifier: MIT */
#include "certname/openssl.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/openssl/asking.h"

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
    bool is_orphan; /* the connection has forgotten this object, and the answer frees it */
    unsigned char asked[ASKED_BYTES]; /* the digest of the question */
    int result;                       /* as certname_verify() returns it */
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

/*
 * Forgets an answer, or a question under way, that is about another peer. Returns the object for
 * the peer that is asked about now; NULL if memory ran out.
 */
static struct peer *replace_peer(SSL *ssl, struct peer *peer)
{
    if (peer->progress != PEER_WAITING) {
        forget(peer);
        return peer;
    }
    if (SSL_set_ex_data(ssl, peer_index, NULL) != 1)
        return NULL;
    peer->is_orphan = true;
    return get_peer(ssl);
}

static void ask_or_begin(const struct context_use *use, struct peer *peer,
                         const struct asking *asking)
{
    memcpy(peer->asked, asking->asked, ASKED_BYTES);
    if (use->pool)
        ask(use, peer, asking->question);
    else
        begin(use, peer, asking->question);
}

/* Returns whether the same question has been asked for this handshake already. */
static bool is_asked(const struct peer *peer, const struct asking *asking)
{
    return peer->progress != PEER_NEW && memcmp(asking->asked, peer->asked, ASKED_BYTES) == 0;
}

/*
 * Asks about the peer, unless that has been done. `r` is what asking_init returned. Returns the
 * object for the peer; NULL if memory ran out.
 */
static struct peer *ask_once(const struct context_use *use, SSL *ssl, const struct asking *asking,
                             int r)
{
    struct peer *peer = get_peer(ssl);

    if (!peer || (!r && is_asked(peer, asking)))
        return peer;
    peer = replace_peer(ssl, peer);
    if (!peer)
        return NULL;
    if (r)
        refuse_question(peer, r);
    else
        ask_or_begin(use, peer, asking);
    return peer;
}

static struct peer *start(const struct context_use *use, SSL *ssl, X509_STORE_CTX *ctx)
{
    struct asking asking;
    int r = asking_init(&asking, ssl, ctx, use->how);
    struct peer *peer = ask_once(use, ssl, &asking, r);

    asking_deinit(&asking);
    return peer;
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

/* OpenSSL has refused the peer, so that what certnamed said of another one is forgotten. */
static int refuse_by_openssl(SSL *ssl)
{
    struct peer *peer = get_peer(ssl);

    if (peer)
        (void)replace_peer(ssl, peer);
    return 0;
}

/* Takes the answer, which counts for one handshake: the next handshake of the connection asks
 * again. */
static int conclude(const struct context_use *use, struct peer *peer, X509_STORE_CTX *ctx)
{
    if (!use->pool && !peer->reason[0])
        explain(peer, use->client);
    peer->progress = PEER_NEW;
    if (peer->result != CERTNAME_VERIFIED)
        return refuse(ctx, peer);
    X509_STORE_CTX_set_error(ctx, X509_V_OK);
    return 1;
}

static int verify(X509_STORE_CTX *ctx, void *argument)
{
    const struct context_use *use = argument;
    SSL *ssl = X509_STORE_CTX_get_ex_data(ctx, SSL_get_ex_data_X509_STORE_CTX_idx());
    struct peer *peer;

    if (!ssl)
        return refuse(ctx, NULL);
    if (use->how & CERTNAME_OPENSSL_BESIDES && X509_verify_cert(ctx) != 1)
        return refuse_by_openssl(ssl);
    peer = start(use, ssl, ctx);
    if (!peer)
        return refuse(ctx, NULL);
    if (peer->progress == PEER_WAITING)
        return ask_to_retry(ssl) ? 1 : refuse(ctx, NULL);
    return conclude(use, peer, ctx);
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
    /* The second flag is for servers: without it a client that sends no certificate is accepted. */
    SSL_CTX_set_verify(
        ctx, SSL_CTX_get_verify_mode(ctx) | SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
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
