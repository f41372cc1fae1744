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

/*
 * How OpenSSL and certnamed share the verification: pass one of the first two, to which the third
 * may be added.
 */
#define CERTNAME_OPENSSL_BESIDES 0x1u /* both have to accept */
#define CERTNAME_OPENSSL_INSTEAD 0x2u /* only certnamed decides; OpenSSL verifies nothing */
/*
 * Judge only the path of a server for which no name is known. Without this flag such a server is
 * refused.
 */
#define CERTNAME_OPENSSL_NAMELESS_PATH 0x100u

/*
 * Makes certnamed judge the peers of all connections that are made from this context from now on.
 * The function calls SSL_CTX_set_cert_verify_callback(), sets SSL_VERIFY_PEER and
 * SSL_VERIFY_FAIL_IF_NO_PEER_CERT, and keeps the context's verify callback. A server that also
 * serves clients without a certificate calls SSL_CTX_set_verify() with SSL_VERIFY_PEER alone
 * afterwards; certnamed is not asked about such clients. The function also switches off session
 * tickets and the session cache, because OpenSSL does not verify a resumed session again; for the
 * same reason a client must not call SSL_set_session(). The pool belongs to the caller and must
 * outlive the context and its connections.
 *
 * With CERTNAME_OPENSSL_INSTEAD there is no verified chain (SSL_get0_verified_chain()).
 *
 * Returns 0; CERTNAME_ERR_ARGUMENT (NULL, or an unknown `_how`); or CERTNAME_ERR_MEMORY.
 */
int certname_openssl_use(SSL_CTX *_ctx, struct certname_pool *_pool, unsigned _how);

/*
 * Does what certname_openssl_use() does, without waiting; for clients, and OpenSSL 3.0.2 or later.
 * While the answer is awaited SSL_connect() fails, and SSL_get_error() returns
 * SSL_ERROR_WANT_RETRY_VERIFY: call certname_process() when the client needs it, and SSL_connect()
 * again once certname_openssl_is_waiting() returns 0. The certname_client belongs to the caller,
 * must be used only by the thread of the connections, and must outlive the context and its
 * connections.
 */
int certname_openssl_use_async(SSL_CTX *_ctx, struct certname_client *_client, unsigned _how);

/* Returns 1 while a connection waits for an answer, else 0. */
int certname_openssl_is_waiting(const SSL *_ssl);

/*
 * Returns one sentence that says why certnamed did not accept the peer of this connection, with the
 * section of the policy that decided; "" if certnamed accepted it or was not asked. The string is
 * valid until the next handshake of the connection, or until the connection is freed.
 */
const char *certname_openssl_reason(const SSL *_ssl);

/*
 * Returns the verdict about the connection's peer; NULL if there is none. It is valid as long as
 * the string of certname_openssl_reason().
 */
const struct certname_verdict *certname_openssl_verdict(const SSL *_ssl);

#ifdef __cplusplus
}
#endif

#endif
