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
#define CERTNAME_GNUTLS_INSTEAD 0x2u /* only certnamed decides; GnuTLS verifies no certificate */

/*
 * Asks whether the peer's certificates may stand for the host, which is a host name or an IP
 * address that ends in NUL, and waits for the answer. If the host is NULL only the path is asked
 * for; on a server, for the purpose of clients. `reason`, of `size` bytes, is set to a sentence
 * that says why the peer is refused, or to ""; it may be NULL if `size` is 0.
 *
 * Returns 0 if all that are asked accept; otherwise GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR, for
 * which GnuTLS sends the alert bad_certificate and ends the handshake.
 */
int certname_gnutls_verify(gnutls_session_t _session, struct certname_pool *_pool,
                           const char *_host, unsigned _how, char *_reason, size_t _size);

/* A question that is asked without waiting. */
struct certname_gnutls_question;

/*
 * Does what certname_gnutls_verify() does, without waiting. At the first call *questionp is NULL;
 * from then on it belongs to the library. While the answer is awaited the function returns
 * GNUTLS_E_AGAIN, which gnutls_handshake() returns too: call certname_process() when the client
 * needs it, and then gnutls_handshake() again. When the answer has come, the function returns what
 * certname_gnutls_verify() would return, and *questionp is NULL again. The client must be used only
 * by the thread of the session.
 */
int certname_gnutls_verify_async(gnutls_session_t _session, struct certname_client *_client,
                                 struct certname_gnutls_question **_questionp, const char *_host,
                                 unsigned _how, char *_reason, size_t _size);

/* Drops a question, which may be NULL, before its session is freed. Returns NULL. */
struct certname_gnutls_question *
certname_gnutls_question_free(struct certname_gnutls_question *_question);

#ifdef __cplusplus
}
#endif

#endif
