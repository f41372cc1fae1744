/* SPDX-License-Identifier: MIT */
#ifndef CERTNAME_GNUTLS_H
#define CERTNAME_GNUTLS_H

/*
 * libcertname-gnutls: has certnamed judge the peers of GnuTLS's sessions. The program calls
 * certname_gnutls_verify() in the function that it gives to
 * gnutls_session_set_verify_function() or gnutls_certificate_set_verify_function():
 *
 *     static int verify(gnutls_session_t session)
 *     {
 *         struct connection *connection = gnutls_session_get_ptr(session);
 *
 *         return certname_gnutls_verify(session, connection->pool, connection->host,
 *                                       CERTNAME_GNUTLS_BESIDES, connection->reason,
 *                                       sizeof(connection->reason));
 *     }
 *
 * The path is always asked for. A session that is resumed is not verified again: do not resume.
 */

#include <gnutls/gnutls.h>

#include "certname/client.h"

#ifdef __cplusplus
extern "C" {
#endif

/* How GnuTLS and certnamed share the verification. */
#define CERTNAME_GNUTLS_BESIDES 0x1u /* both have to accept */
#define CERTNAME_GNUTLS_INSTEAD 0x2u /* certnamed alone; GnuTLS verifies no certificate */

/*
 * Asks and waits whether the peer's certificates may stand for the host, a name or an IP address
 * that ends in NUL. NULL asks without a name, about the path alone; at a server, for the purpose of
 * clients. `reason`, of `size` bytes, gets a sentence why it is not so, else ""; it may be NULL for
 * a size of 0.
 *
 * Returns 0 if everything asked accepts, else GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR, for which
 * GnuTLS sends the alert bad_certificate and ends the handshake.
 */
int certname_gnutls_verify(gnutls_session_t _session, struct certname_pool *_pool,
                           const char *_host, unsigned _how, char *_reason, size_t _size);

/* A question without waiting. */
struct certname_gnutls_question;

/*
 * Asks the same without waiting. *questionp is NULL at the first call and belongs to the library
 * from then on. Returns GNUTLS_E_AGAIN while the answer is awaited, which gnutls_handshake()
 * returns in turn: call certname_process() when the client wants it, and then gnutls_handshake()
 * again. Otherwise it returns as certname_gnutls_verify() does, and *questionp is NULL again. The
 * client belongs to the session's thread.
 */
int certname_gnutls_verify_async(gnutls_session_t _session, struct certname_client *_client,
                                 struct certname_gnutls_question **_questionp, const char *_host,
                                 unsigned _how, char *_reason, size_t _size);

/* Gives a question up, which may be NULL, before its session is freed. Returns NULL. */
struct certname_gnutls_question *
certname_gnutls_question_free(struct certname_gnutls_question *_question);

#ifdef __cplusplus
}
#endif

#endif
