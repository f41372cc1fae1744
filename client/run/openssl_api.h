/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The functions of OpenSSL that the preloaded library calls. They are looked up in the OpenSSL that
 * the calling object uses, because a process may have loaded several; the preloaded library is not
 * linked with OpenSSL, so a program without OpenSSL does not get one. The types are incomplete.
 */

#include <stddef.h>

typedef struct ssl_st SSL;
typedef struct ssl_ctx_st SSL_CTX;
typedef struct ssl_session_st SSL_SESSION;
typedef struct x509_st X509;
typedef struct x509_store_ctx_st X509_STORE_CTX;
typedef struct X509_VERIFY_PARAM_st X509_VERIFY_PARAM;
typedef struct crypto_ex_data_st CRYPTO_EX_DATA;
struct stack_st_X509;

/*
 * Constants of OpenSSL's headers, whose names are in the comments; they are the same in 1.1.1 and
 * 3.
 */
enum {
    OPENSSL_VERIFY_OK = 0,           /* X509_V_OK */
    OPENSSL_VERIFY_APPLICATION = 50, /* X509_V_ERR_APPLICATION_VERIFICATION */
    OPENSSL_VERIFY_PEER = 1,         /* SSL_VERIFY_PEER */
    OPENSSL_NAMETYPE_HOST = 0,       /* TLSEXT_NAMETYPE_host_name */
    OPENSSL_EX_INDEX_SSL = 0,        /* CRYPTO_EX_INDEX_SSL */
    OPENSSL_EX_INDEX_SSL_CTX = 1,    /* CRYPTO_EX_INDEX_SSL_CTX */
};

typedef int openssl_verify_fn(X509_STORE_CTX *ctx, void *argument);
typedef void openssl_ex_free_fn(void *parent, void *data, CRYPTO_EX_DATA *ex, int index,
                                long number, void *argument);
typedef int openssl_ex_dup_fn(CRYPTO_EX_DATA *to, const CRYPTO_EX_DATA *from, void **datap,
                              int index, long number, void *argument);

struct openssl_api {
    const void *object; /* the calling object (program or shared library) that the functions were
                           looked up for */
    int ssl_index;      /* the ex_data index for the state of a connection; -1 if there is none */
    int ctx_index;      /* the ex_data index for the program's own verification, of an SSL_CTX */

    int (*verify_cert)(X509_STORE_CTX *ctx); /* X509_verify_cert */
    void *(*X509_STORE_CTX_get_ex_data)(const X509_STORE_CTX *ctx, int index);
    X509 *(*X509_STORE_CTX_get0_cert)(const X509_STORE_CTX *ctx);
    struct stack_st_X509 *(*X509_STORE_CTX_get0_untrusted)(const X509_STORE_CTX *ctx);
    X509_VERIFY_PARAM *(*X509_STORE_CTX_get0_param)(const X509_STORE_CTX *ctx);
    void (*X509_STORE_CTX_set_error)(X509_STORE_CTX *ctx, int error);
    char *(*X509_VERIFY_PARAM_get0_host)(X509_VERIFY_PARAM *param,
                                         int index); /* since OpenSSL 3.0; else NULL */
    char *(*X509_VERIFY_PARAM_get1_ip_asc)(
        X509_VERIFY_PARAM *param); /* since OpenSSL 3.0; else NULL */
    int (*i2d_X509)(const X509 *certificate, unsigned char **out);
    int (*OPENSSL_sk_num)(const void *stack);
    void *(*OPENSSL_sk_value)(const void *stack, int index);
    void (*CRYPTO_free)(void *memory, const char *file, int line);
    int (*CRYPTO_get_ex_new_index)(int kind, long number, void *argument, void *new_fn,
                                   openssl_ex_dup_fn *dup_fn, openssl_ex_free_fn *free_fn);
    int (*ERR_set_mark)(void);
    int (*ERR_pop_to_mark)(void);

    /* The following functions are NULL if the calling object uses only libcrypto. */
    int (*SSL_get_ex_data_X509_STORE_CTX_idx)(void);
    int (*SSL_is_server)(const SSL *ssl);
    int (*SSL_get_verify_mode)(const SSL *ssl);
    long (*get_verify_result)(const SSL *ssl); /* SSL_get_verify_result */
    void (*SSL_set_verify_result)(SSL *ssl, long result);
    const char *(*SSL_get_servername)(const SSL *ssl, int type);
    X509 *(*SSL_get0_peer_certificate)(const SSL *ssl); /* since OpenSSL 3.0; else NULL */
    struct stack_st_X509 *(*SSL_get_peer_cert_chain)(const SSL *ssl);
    X509_VERIFY_PARAM *(*SSL_get0_param)(SSL *ssl);
    void *(*SSL_get_ex_data)(const SSL *ssl, int index);
    int (*SSL_set_ex_data)(SSL *ssl, int index, void *data);
    SSL_CTX *(*SSL_get_SSL_CTX)(const SSL *ssl);
    void *(*SSL_CTX_get_ex_data)(const SSL_CTX *ctx, int index);
    int (*SSL_CTX_set_ex_data)(SSL_CTX *ctx, int index, void *data);
};

/*
 * Returns the functions for the object that contains a calling address. The result is valid as long
 * as the process runs. Returns NULL if the object uses no OpenSSL, if some functions of its OpenSSL
 * are missing, if memory ran out, or if more than 64 objects of the process use one; the caller
 * must then refuse. NULL is not remembered: the next call looks the functions up again.
 */
const struct openssl_api *openssl_api_get(const void *caller);

/* Returns whether connections can be seen, because the object uses libssl. */
static inline int openssl_api_has_ssl(const struct openssl_api *api)
{
    return api && api->ssl_index >= 0;
}
