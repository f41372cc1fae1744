/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Declarations of the OpenSSL functions that openssl.c and openssl_names.c replace, with the types
 * of openssl_api.h.
 */

#include "client/run/openssl_api.h"

int X509_verify_cert(X509_STORE_CTX *ctx);
void SSL_CTX_set_cert_verify_callback(SSL_CTX *ctx, openssl_verify_fn *verify, void *argument);
long SSL_get_verify_result(const SSL *ssl);
const char *X509_verify_cert_error_string(long error);
int X509_check_host(X509 *certificate, const char *name, size_t len, unsigned flags,
                    char **peernamep);
int X509_check_email(X509 *certificate, const char *mailbox, size_t len, unsigned flags);
int X509_check_ip_asc(X509 *certificate, const char *text, unsigned flags);
int X509_check_ip(X509 *certificate, const unsigned char *octets, size_t len, unsigned flags);
int SSL_set_session(SSL *ssl, SSL_SESSION *session);
