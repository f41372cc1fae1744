/* SPDX-License-Identifier: MIT */
#ifndef CERTNAME_OPENSSL_H
#define CERTNAME_OPENSSL_H

/*
 * libcertname-openssl: has certnamed judge the peers of OpenSSL's connections.
 *
 *     struct certname_client *model = certname_client_new();
 *     struct certname_pool *pool = certname_pool_new(model);
 *
 *     if (certname_openssl_use(ctx, pool, CERTNAME_OPENSSL_BESIDES) != 0)
 *         fail();
 *     ...
 *     if (SSL_connect(ssl) != 1)
 *         printf("%s\n", certname_openssl_reason(ssl));
 *
 * The name that is asked about is the one that the connection has OpenSSL compare (SSL_set1_host(),
 * or the address of X509_VERIFY_PARAM_set1_ip()); if there is none, the server_name that it sends.
 * A server that has a client's certificate judged asks without a name, for the purpose of clients.
 * The path is always asked for.
 *
 * A refusal ends the handshake, and SSL_get_verify_result() returns the verdict's verify_code, or
 * X509_V_ERR_APPLICATION_VERIFICATION (50) where OpenSSL has no number or there is no verdict.
 * OpenSSL chooses the alert by that number: handshake_failure for 50.
 *
 * Threads: as for SSL_CTX and SSL. OpenSSL 3.0 or later.
 */

#include <openssl/ssl.h>

#include "certname/client.h"

#ifdef __cplusplus
extern "C" {
#endif

/* How OpenSSL and certnamed share the verification: one of the first two, and what is added. */
#define CERTNAME_OPENSSL_BESIDES 0x1u /* both have to accept */
#define CERTNAME_OPENSSL_INSTEAD 0x2u /* certnamed alone; OpenSSL verifies no certificate */
/* A server without a name is refused unless this is added: then its path is judged and no name. */
#define CERTNAME_OPENSSL_NAMELESS_PATH 0x100u

/*
 * Has certnamed judge the peers of all connections that the context makes from now on. It sets
 * SSL_CTX_set_cert_verify_callback() and SSL_VERIFY_PEER, keeps the context's verify callback, and
 * switches session tickets and the cache of sessions off, because a resumed session is not verified
 * again; a client must not set a session itself (SSL_set_session()) either. The pool is the
 * caller's and has to outlive the context and its connections.
 *
 * With CERTNAME_OPENSSL_INSTEAD there is no verified chain (SSL_get0_verified_chain()).
 *
 * Returns 0; CERTNAME_ERR_ARGUMENT (NULL, or another `how`); or CERTNAME_ERR_MEMORY.
 */
int certname_openssl_use(SSL_CTX *_ctx, struct certname_pool *_pool, unsigned _how);

/*
 * Does the same without waiting, for clients and OpenSSL 3.0.2 or later. While the answer is
 * awaited, SSL_connect() fails and SSL_get_error() returns SSL_ERROR_WANT_RETRY_VERIFY: call
 * certname_process() when the client wants it, and SSL_connect() again once
 * certname_openssl_is_waiting() returns 0. The client is the caller's, belongs to the thread of the
 * connections, and has to outlive the context and its connections.
 */
int certname_openssl_use_async(SSL_CTX *_ctx, struct certname_client *_client, unsigned _how);

/* Returns 1 while a connection waits for an answer, else 0. */
int certname_openssl_is_waiting(const SSL *_ssl);

/*
 * Returns in a sentence why certnamed did not accept the peer of this connection, with the section
 * of the policy that decided; "" if it was not asked, or accepted. It lives as long as the
 * connection, until its next handshake.
 */
const char *certname_openssl_reason(const SSL *_ssl);

/* Returns the verdict about the connection's peer; NULL if there is none. It lives as long. */
const struct certname_verdict *certname_openssl_verdict(const SSL *_ssl);

#ifdef __cplusplus
}
#endif

#endif
