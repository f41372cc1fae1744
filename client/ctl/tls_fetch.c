/* SPDX-License-Identifier: MIT */
/*
 * The handshake is completed before the certificates are used, because only then has the server
 * proved that it holds the private key.
 */
#include "client/ctl/tls_fetch.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "client/ctl/attachment.h"
#include "client/ctl/starttls.h"
#include "client/ctl/tcp_connect.h"
#include "client/ctl/wait.h"

/* The time limit for everything: resolving the name, connecting, STARTTLS and the handshake. */
#define FETCH_MS 10000

/* --- the handshake --- */

/*
 * A verification callback that accepts any certificate, so that the handshake goes on: certnamed
 * judges the certificates afterwards.
 */
static int accept_any(X509_STORE_CTX *store, void *context)
{
    (void)store;
    (void)context;
    return 1;
}

static SSL_CTX *context_new(void)
{
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());

    if (context) {
        SSL_CTX_set_verify(context, SSL_VERIFY_NONE, NULL);
        SSL_CTX_set_cert_verify_callback(context, accept_any, NULL);
        SSL_CTX_set_quiet_shutdown(context, 1);
    }
    return context;
}

static SSL *session_new(SSL_CTX *context, const struct tls_fetch_plan *plan, int fd)
{
    SSL *session = SSL_new(context);

    if (!session)
        return NULL;
    if (SSL_set_fd(session, fd) == 1 &&
        (plan->server_name[0] == '\0' ||
         SSL_set_tlsext_host_name(session, plan->server_name) == 1) &&
        SSL_set_tlsext_status_type(session, TLSEXT_STATUSTYPE_ocsp) == 1)
        return session;
    SSL_free(session);
    return NULL;
}

static int fail_handshake(const struct tls_fetch_plan *plan, int errnum, struct target_error *error)
{
    unsigned long code = ERR_peek_last_error();
    const char *reason = code ? ERR_reason_error_string(code) : NULL;

    if (errnum == ETIMEDOUT)
        return target_fail(
            error, &plan->target, "handshake",
            "the TLS handshake did not end within %d s: check that the port speaks TLS",
            FETCH_MS / 1000);
    if (!reason)
        reason = errnum ? strerror(errnum) : "the server hung up";
    return target_fail(error, &plan->target, "handshake",
                       "the TLS handshake failed (%s): check that the port speaks TLS%s", reason,
                       plan->starttls ? "" : ", or try --starttls");
}

/*
 * A BIO_callback_fn_ex of libcrypto that makes every read fail after the deadline. Checking the
 * deadline only while waiting is not enough: a server that sends without a pause never makes the
 * handshake wait, and libssl skips any number of messages such as HelloRequest.
 */
static long read_in_time(BIO *bio, int operation, const char *data, size_t len, int argument,
                         long more, int ret, size_t *processed)
{
    const int64_t *deadline_ms = (const void *)BIO_get_callback_arg(bio);

    (void)data;
    (void)len;
    (void)argument;
    (void)more;
    (void)processed;
    if (operation != BIO_CB_READ || clock_now_ms() < *deadline_ms)
        return ret;
    BIO_clear_retry_flags(bio);
    return -1;
}

static int shake_hands(SSL *session, const struct tls_fetch_plan *plan, int64_t deadline_ms,
                       struct target_error *error)
{
    for (;;) {
        int done, wanted, r;

        ERR_clear_error();
        errno = 0;
        done = SSL_connect(session);
        if (done == 1)
            return 0;
        r = -errno;
        wanted = SSL_get_error(session, done);
        if (clock_now_ms() >= deadline_ms)
            return fail_handshake(plan, ETIMEDOUT, error);
        if (wanted != SSL_ERROR_WANT_READ && wanted != SSL_ERROR_WANT_WRITE)
            return fail_handshake(plan, wanted == SSL_ERROR_SYSCALL ? -r : 0, error);
        r = wait_for(SSL_get_fd(session), wanted == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT,
                     deadline_ms);
        if (r)
            return fail_handshake(plan, -r, error);
    }
}

static int shake_hands_in_time(SSL *session, const struct tls_fetch_plan *plan, int64_t deadline_ms,
                               struct target_error *error)
{
    BIO *bio = SSL_get_rbio(session);
    int r;

    BIO_set_callback_arg(bio, (char *)&deadline_ms);
    BIO_set_callback_ex(bio, read_in_time);
    r = shake_hands(session, plan, deadline_ms, error);
    BIO_set_callback_ex(bio, NULL);
    BIO_set_callback_arg(bio, NULL);
    return r;
}

/* --- the certificates --- */

static int add_attachment(struct certname_question *question, enum attachment_kind kind,
                          const uint8_t *der, size_t len, const struct tls_fetch_plan *plan,
                          struct target_error *error)
{
    int r = attachment_add(question, kind, der, len);

    return r ? target_fail(error, &plan->target, "too-large", "the server sent too much: %s",
                           attachment_error(kind, r))
             : 0;
}

static int add_certificate(struct certname_question *question, const X509 *certificate,
                           const struct tls_fetch_plan *plan, struct target_error *error)
{
    unsigned char *der = NULL;
    int len = i2d_X509(certificate, &der);
    int r;

    if (len <= 0)
        return target_fail(error, &plan->target, "handshake",
                           "a certificate that the server sent cannot be encoded");
    r = add_attachment(question, ATTACHMENT_CERTIFICATE, der, (size_t)len, plan, error);
    OPENSSL_free(der);
    return r;
}

static int add_staple(struct certname_question *question, SSL *session,
                      const struct tls_fetch_plan *plan, struct target_error *error)
{
    const unsigned char *response = NULL;
    long len = SSL_get_tlsext_status_ocsp_resp(session, &response);

    if (!plan->staple || len <= 0)
        return 0;
    return add_attachment(question, ATTACHMENT_OCSP, response, (size_t)len, plan, error);
}

static int add_all(struct certname_question *question, SSL *session,
                   const struct tls_fetch_plan *plan, struct target_error *error)
{
    STACK_OF(X509) *chain = SSL_get_peer_cert_chain(session);
    int r = 0;

    if (sk_X509_num(chain) <= 0)
        return target_fail(error, &plan->target, "handshake", "the server sent no certificate");
    for (int i = 0; !r && i < sk_X509_num(chain); i++)
        r = add_certificate(question, sk_X509_value(chain, i), plan, error);
    return r ? r : add_staple(question, session, plan, error);
}

static int fetch_by_tls(struct certname_question *question, const struct tls_fetch_plan *plan,
                        int fd, int64_t deadline_ms, struct target_error *error)
{
    SSL_CTX *context = context_new();
    SSL *session = context ? session_new(context, plan, fd) : NULL;
    int r;

    if (!session)
        r = target_fail(error, &plan->target, "handshake",
                        "TLS cannot be set up: check the memory limit and openssl.cnf");
    else
        r = shake_hands_in_time(session, plan, deadline_ms, error);
    if (!r)
        r = add_all(question, session, plan, error);
    SSL_free(session);
    SSL_CTX_free(context);
    return r;
}

int tls_fetch_chain(struct certname_question *question, const struct tls_fetch_plan *plan,
                    struct target_error *error)
{
    int64_t deadline_ms = clock_now_ms() + FETCH_MS;
    int fd;
    int r = tcp_connect(&plan->target, deadline_ms, &fd, error);

    if (r)
        return r;
    if (plan->starttls)
        r = starttls(plan->starttls, fd, &plan->target, deadline_ms, error);
    if (!r)
        r = fetch_by_tls(question, plan, fd, deadline_ms, error);
    (void)close(fd);
    return r;
}
