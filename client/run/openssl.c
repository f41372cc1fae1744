/* SPDX-License-Identifier: MIT */
/*
 * Replacements for functions of OpenSSL. A client's server is judged after OpenSSL has verified it,
 * in X509_verify_cert() or in the program's own verification. A client that lets every handshake
 * succeed (SSL_VERIFY_NONE) has its server judged when it looks at the result.
 */

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "client/run/judge.h"
#include "client/run/openssl_api.h"
#include "client/run/openssl_interposed.h"
#include "client/run/preload.h"
#include "client/run/real.h"
#include "client/run/reason.h"

#define CALLER __builtin_return_address(0)

enum ssl_progress {
    SSL_NEW = 0,
    SSL_UNVERIFIED, /* the path is valid but not judged; the program may look at the result later */
    SSL_ACCEPTED,
    SSL_REFUSED,
};

/* The state of a connection. It is stored in the connection's ex_data. */
struct ssl_state {
    enum ssl_progress state;
    const X509_STORE_CTX *judged; /* the verification in which `state` was set */
    char reason[JUDGE_REASON_BYTES];
};

/* A verification function of the program; stored in ex_data of its SSL_CTX. */
struct own_verify {
    openssl_verify_fn *verify;
    void *argument;
};

/* Returns the state of a connection; NULL if memory ran out. */
static struct ssl_state *get_state(const struct openssl_api *api, SSL *ssl)
{
    struct ssl_state *connection = api->SSL_get_ex_data(ssl, api->ssl_index);

    if (connection)
        return connection;
    connection = calloc(1, sizeof(*connection));
    if (connection && api->SSL_set_ex_data(ssl, api->ssl_index, connection) != 1) {
        free(connection);
        connection = NULL;
    }
    return connection;
}

/* --- a server as certnamed is asked about it --- */

/* Memory of OpenSSL that a question points into and that has to be freed. */
struct borrowed {
    unsigned char *ders[SERVER_CERTIFICATES_COUNT];
    size_t n_ders;
    char *address;
};

static void drop(const struct openssl_api *api, struct borrowed *borrowed)
{
    for (size_t i = 0; i < borrowed->n_ders; i++)
        api->CRYPTO_free(borrowed->ders[i], __FILE__, __LINE__);
    if (borrowed->address)
        api->CRYPTO_free(borrowed->address, __FILE__, __LINE__);
}

static void add_certificate(const struct openssl_api *api, struct tls_server *server,
                            struct borrowed *borrowed, const X509 *certificate, bool is_end_entity)
{
    unsigned char *der = NULL;
    int len = api->i2d_X509(certificate, &der);

    if (tls_server_add(server, is_end_entity, der, len))
        borrowed->ders[borrowed->n_ders++] = der;
    else if (der)
        api->CRYPTO_free(der, __FILE__, __LINE__);
}

/* Adds the end entity and the other certificates that the server sent. */
static void add_chain(const struct openssl_api *api, struct tls_server *server,
                      struct borrowed *borrowed, const X509 *leaf, const void *others)
{
    int n = others ? api->OPENSSL_sk_num(others) : 0;

    if (leaf)
        add_certificate(api, server, borrowed, leaf, true);
    for (int i = 0; leaf && i < n; i++) {
        const X509 *one = api->OPENSSL_sk_value(others, i);

        if (one && one != leaf)
            add_certificate(api, server, borrowed, one, false);
    }
}

static void add_name(struct tls_server *server, const char *name)
{
    if (name && name[0] && server->n_names < SERVER_NAMES_COUNT)
        server->names[server->n_names++] = name;
}

/*
 * Adds the names that the program has OpenSSL compare; if there are none, the address; if there is
 * none either, the name that the client sent to the server.
 */
static void add_names(const struct openssl_api *api, struct tls_server *server,
                      struct borrowed *borrowed, SSL *ssl, X509_VERIFY_PARAM *param)
{
    for (int i = 0; param && api->X509_VERIFY_PARAM_get0_host && i < SERVER_NAMES_COUNT; i++) {
        const char *host = api->X509_VERIFY_PARAM_get0_host(param, i);

        if (!host)
            break;
        add_name(server, host);
    }
    if (server->n_names == 0 && param && api->X509_VERIFY_PARAM_get1_ip_asc) {
        /* If no address is set the function leaves an error in OpenSSL's queue, which is removed.
         */
        api->ERR_set_mark();
        borrowed->address = api->X509_VERIFY_PARAM_get1_ip_asc(param);
        api->ERR_pop_to_mark();
        add_name(server, borrowed->address);
    }
    if (server->n_names == 0)
        add_name(server, api->SSL_get_servername(ssl, OPENSSL_NAMETYPE_HOST));
}

static bool judge(const struct openssl_api *api, SSL *ssl, X509_VERIFY_PARAM *param,
                  const X509 *leaf, const void *others, struct ssl_state *connection)
{
    struct tls_server server = {.type = CERTNAME_HOST};
    struct borrowed borrowed = {0};
    enum server_judgement judgement;

    add_chain(api, &server, &borrowed, leaf, others);
    add_names(api, &server, &borrowed, ssl, param);
    judgement = judge_server(&server, connection->reason);
    drop(api, &borrowed);
    connection->state = judgement == JUDGED_ACCEPTED ? SSL_ACCEPTED : SSL_REFUSED;
    return judgement == JUDGED_ACCEPTED;
}

/* --- where OpenSSL verifies --- */

/*
 * Returns the connection that a verification belongs to, if it is a client's; NULL for any other
 * verification.
 */
static SSL *find_client(const struct openssl_api *api, const X509_STORE_CTX *ctx)
{
    SSL *ssl = openssl_api_has_ssl(api)
                   ? api->X509_STORE_CTX_get_ex_data(ctx, api->SSL_get_ex_data_X509_STORE_CTX_idx())
                   : NULL;

    return ssl && !api->SSL_is_server(ssl) ? ssl : NULL;
}

static int refuse(const struct openssl_api *api, X509_STORE_CTX *ctx, const char *reason)
{
    api->X509_STORE_CTX_set_error(ctx, OPENSSL_VERIFY_APPLICATION);
    reason_remember(reason);
    return 0;
}

/* Judges a server that the verification has accepted. Returns the result of the verification. */
static int judge_verified(const struct openssl_api *api, X509_STORE_CTX *ctx)
{
    SSL *ssl = find_client(api, ctx);
    struct ssl_state *connection = ssl ? get_state(api, ssl) : NULL;

    if (!ssl)
        return 1;
    if (!connection)
        return refuse(api, ctx, "certnamed cannot be asked: there is no memory");
    if (!(api->SSL_get_verify_mode(ssl) & OPENSSL_VERIFY_PEER)) {
        if (connection->state != SSL_UNVERIFIED)
            atomic_fetch_add(&preload_get()->counts->n_unverified, 1);
        connection->state = SSL_UNVERIFIED;
        return 1;
    }
    /* If the program's own verification called X509_verify_cert(), the server has been judged
     * already. */
    if (connection->judged == ctx && connection->state == SSL_ACCEPTED)
        return 1;
    connection->judged = ctx;
    if (judge(api, ssl, api->X509_STORE_CTX_get0_param(ctx), api->X509_STORE_CTX_get0_cert(ctx),
              api->X509_STORE_CTX_get0_untrusted(ctx), connection))
        return 1;
    return refuse(api, ctx, connection->reason);
}

/*
 * Called when a new verification of a connection begins: what was judged before does not count any
 * more.
 */
static void forget(const struct openssl_api *api, const X509_STORE_CTX *ctx)
{
    SSL *ssl = find_client(api, ctx);
    struct ssl_state *connection = ssl ? api->SSL_get_ex_data(ssl, api->ssl_index) : NULL;

    if (connection)
        *connection = (struct ssl_state){0};
}

static void count_unverified(const struct openssl_api *api, const X509_STORE_CTX *ctx)
{
    SSL *ssl = find_client(api, ctx);

    if (ssl && !(api->SSL_get_verify_mode(ssl) & OPENSSL_VERIFY_PEER))
        atomic_fetch_add(&preload_get()->counts->n_unverified, 1);
}

typedef void set_error_fn(X509_STORE_CTX *ctx, int error);

/* Refuses a server whose connection cannot be seen, because functions of OpenSSL are missing. */
static int refuse_unseen(const void *caller, X509_STORE_CTX *ctx)
{
    set_error_fn *set_error = (set_error_fn *)(uintptr_t)real_find(caller,
                                                                   "X509_STORE_CTX_set_error");

    if (set_error)
        set_error(ctx, OPENSSL_VERIFY_APPLICATION);
    reason_remember("certnamed cannot be asked: functions of OpenSSL are missing, or memory");
    return 0;
}

INTERPOSE int X509_verify_cert(X509_STORE_CTX *ctx)
{
    const struct openssl_api *api = openssl_api_get(CALLER);
    int r;

    if (!api)
        return refuse_unseen(CALLER, ctx);
    forget(api, ctx);
    r = api->verify_cert(ctx);
    if (r != 1) {
        count_unverified(api, ctx);
        return r;
    }
    return judge_verified(api, ctx);
}

/*
 * The verification function that OpenSSL calls instead of the program's own: calls that one, and
 * judges a server that it accepts.
 */
static int verify_own(X509_STORE_CTX *ctx, void *argument)
{
    const struct openssl_api *api = argument;
    const SSL *ssl = api->X509_STORE_CTX_get_ex_data(ctx,
                                                     api->SSL_get_ex_data_X509_STORE_CTX_idx());
    const struct own_verify *own = ssl ? api->SSL_CTX_get_ex_data(api->SSL_get_SSL_CTX(ssl),
                                                                  api->ctx_index)
                                       : NULL;

    if (!own || !own->verify)
        return 0;
    /* The address of an earlier verification may be this one's too. */
    forget(api, ctx);
    return own->verify(ctx, own->argument) == 1 ? judge_verified(api, ctx) : 0;
}

/* The verification function of an SSL_CTX whose connections cannot be seen: refuses every server.
 */
static int verify_nothing(X509_STORE_CTX *ctx, void *argument)
{
    (void)argument;
    return refuse_unseen(CALLER, ctx);
}

typedef void set_verify_fn(SSL_CTX *ctx, openssl_verify_fn *verify, void *argument);

INTERPOSE void SSL_CTX_set_cert_verify_callback(SSL_CTX *ctx, openssl_verify_fn *verify,
                                                void *argument)
{
    const struct openssl_api *api = openssl_api_get(CALLER);
    set_verify_fn *real = (set_verify_fn *)(uintptr_t)real_find(CALLER,
                                                                "SSL_CTX_set_cert_verify_callback");
    struct own_verify *own;

    if (!real)
        return;
    if (!verify || !openssl_api_has_ssl(api)) {
        real(ctx, verify && !preload_get()->report ? verify_nothing : verify, argument);
        return;
    }
    own = api->SSL_CTX_get_ex_data(ctx, api->ctx_index);
    if (!own) {
        own = calloc(1, sizeof(*own));
        if (own && api->SSL_CTX_set_ex_data(ctx, api->ctx_index, own) != 1) {
            free(own);
            own = NULL;
        }
    }
    /* If memory ran out, verify_own() finds no function of the program and refuses. */
    if (own)
        *own = (struct own_verify){verify, argument};
    real(ctx, verify_own, (void *)(uintptr_t)api);
}

/* --- where a program looks at the result --- */

static bool judge_connection(const struct openssl_api *api, SSL *ssl, struct ssl_state *connection)
{
    const struct stack_st_X509 *others = api->SSL_get_peer_cert_chain(ssl);
    const X509 *leaf = api->SSL_get0_peer_certificate ? api->SSL_get0_peer_certificate(ssl) : NULL;

    /* The chain that a client gets from the server begins with the end entity. */
    if (!leaf && others && api->OPENSSL_sk_num(others) > 0)
        leaf = api->OPENSSL_sk_value(others, 0);
    return judge(api, ssl, api->SSL_get0_param(ssl), leaf, others, connection);
}

INTERPOSE long SSL_get_verify_result(const SSL *asked)
{
    const struct openssl_api *api = openssl_api_get(CALLER);
    SSL *ssl = (SSL *)(uintptr_t)asked;
    struct ssl_state *connection;
    long result;

    if (!openssl_api_has_ssl(api))
        return OPENSSL_VERIFY_APPLICATION;
    result = api->get_verify_result(ssl);
    connection = api->SSL_get_ex_data(ssl, api->ssl_index);
    if (connection && connection->state == SSL_UNVERIFIED && result == OPENSSL_VERIFY_OK) {
        atomic_fetch_sub(&preload_get()->counts->n_unverified, 1);
        if (!judge_connection(api, ssl, connection)) {
            result = OPENSSL_VERIFY_APPLICATION;
            api->SSL_set_verify_result(ssl, result);
        }
    }
    reason_remember(connection && connection->state == SSL_REFUSED ? connection->reason : "");
    return result;
}

typedef const char *error_string_fn(long error);

INTERPOSE const char *X509_verify_cert_error_string(long error)
{
    error_string_fn *real = (error_string_fn *)(uintptr_t)real_find(
        CALLER, "X509_verify_cert_error_string");
    const char *text = real ? real(error) : "unknown";

    return error == OPENSSL_VERIFY_APPLICATION ? reason_add_to(text) : text;
}

/* --- sessions --- */

/*
 * Ignores the session that a client wants to resume, and reports success, so that the handshake is
 * done in full. OpenSSL would not verify a resumed session again, although the policy may have
 * changed in the meantime.
 */
INTERPOSE int SSL_set_session(SSL *ssl, SSL_SESSION *session)
{
    int (*real)(SSL *, SSL_SESSION *) = (int (*)(SSL *, SSL_SESSION *))(uintptr_t)real_find(
        CALLER, "SSL_set_session");
    const struct openssl_api *api = openssl_api_get(CALLER);

    if (!real)
        return 0;
    if (preload_get()->report || !session)
        return real(ssl, session);
    if (!openssl_api_has_ssl(api))
        return 0;
    if (api->SSL_is_server(ssl))
        return real(ssl, session);
    return 1;
}
