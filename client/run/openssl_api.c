/* SPDX-License-Identifier: MIT */
#include "client/run/openssl_api.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "client/run/real.h"

#define APIS_COUNT 64

#define ROW_OF(member, name, kind)                                                                 \
    {                                                                                              \
        name, offsetof(struct openssl_api, member), kind                                           \
    }
#define ROW(name, kind) ROW_OF(name, #name, kind)
enum kind { CRYPTO, SSL_ONLY, OPTIONAL };

/* The functions to look up, and whether each of them may be missing. */
static const struct {
    const char *name;
    size_t offset;
    enum kind kind;
} rows[] = {
    ROW_OF(verify_cert, "X509_verify_cert", CRYPTO),
    ROW(X509_STORE_CTX_get_ex_data, CRYPTO),
    ROW(X509_STORE_CTX_get0_cert, CRYPTO),
    ROW(X509_STORE_CTX_get0_untrusted, CRYPTO),
    ROW(X509_STORE_CTX_get0_param, CRYPTO),
    ROW(X509_STORE_CTX_set_error, CRYPTO),
    ROW(X509_VERIFY_PARAM_get0_host, OPTIONAL),
    ROW(X509_VERIFY_PARAM_get1_ip_asc, OPTIONAL),
    ROW(i2d_X509, CRYPTO),
    ROW(OPENSSL_sk_num, CRYPTO),
    ROW(OPENSSL_sk_value, CRYPTO),
    ROW(CRYPTO_free, CRYPTO),
    ROW(CRYPTO_get_ex_new_index, CRYPTO),
    ROW(ERR_set_mark, CRYPTO),
    ROW(ERR_pop_to_mark, CRYPTO),
    ROW(SSL_get_ex_data_X509_STORE_CTX_idx, SSL_ONLY),
    ROW(SSL_is_server, SSL_ONLY),
    ROW(SSL_get_verify_mode, SSL_ONLY),
    ROW_OF(get_verify_result, "SSL_get_verify_result", SSL_ONLY),
    ROW(SSL_set_verify_result, SSL_ONLY),
    ROW(SSL_get_servername, SSL_ONLY),
    ROW(SSL_get0_peer_certificate, OPTIONAL),
    ROW(SSL_get_peer_cert_chain, SSL_ONLY),
    ROW(SSL_get0_param, SSL_ONLY),
    ROW(SSL_get_ex_data, SSL_ONLY),
    ROW(SSL_set_ex_data, SSL_ONLY),
    ROW(SSL_get_SSL_CTX, SSL_ONLY),
    ROW(SSL_CTX_get_ex_data, SSL_ONLY),
    ROW(SSL_CTX_set_ex_data, SSL_ONLY),
};

static struct openssl_api apis[APIS_COUNT];
static atomic_size_t n_apis;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void free_data(void *parent, void *data, CRYPTO_EX_DATA *ex, int index, long number,
                      void *argument)
{
    (void)parent;
    (void)ex;
    (void)index;
    (void)number;
    (void)argument;
    free(data);
}

/* The dup function of the ex_data: a copy of a connection begins without a state. */
static int drop_data(CRYPTO_EX_DATA *to, const CRYPTO_EX_DATA *from, void **datap, int index,
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

/*
 * Finds or makes the ex_data indices. Objects that use one and the same OpenSSL share them, so that
 * one object finds the state that another has stored.
 */
static void find_indices(struct openssl_api *api, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (apis[i].ssl_index >= 0 && apis[i].get_verify_result == api->get_verify_result) {
            api->ssl_index = apis[i].ssl_index;
            api->ctx_index = apis[i].ctx_index;
            return;
        }
    }
    api->ssl_index = api->CRYPTO_get_ex_new_index(OPENSSL_EX_INDEX_SSL, 0, NULL, NULL, drop_data,
                                                  free_data);
    api->ctx_index = api->CRYPTO_get_ex_new_index(OPENSSL_EX_INDEX_SSL_CTX, 0, NULL, NULL,
                                                  drop_data, free_data);
    if (api->ctx_index < 0)
        api->ssl_index = -1;
}

/*
 * Looks up all functions. Returns whether they can be used: an object uses libcrypto, and either no
 * function of libssl is there or all of them are, with the ex_data indices.
 */
static bool fill(struct openssl_api *api, const void *caller, size_t n)
{
    size_t n_found = 0, n_missing = 0;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        void *function = real_find(caller, rows[i].name);

        if (!function && rows[i].kind == CRYPTO)
            return false;
        if (rows[i].kind == SSL_ONLY)
            *(function ? &n_found : &n_missing) += 1;
        memcpy((char *)api + rows[i].offset, &function, sizeof(function));
    }
    api->ssl_index = -1;
    if (n_found == 0)
        return true;
    if (n_missing == 0)
        find_indices(api, n);
    return api->ssl_index >= 0;
}

static const struct openssl_api *find(const void *object, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (apis[i].object == object)
            return &apis[i];
    }
    return NULL;
}

const struct openssl_api *openssl_api_get(const void *caller)
{
    const void *object = real_object(caller);
    const struct openssl_api *api = find(object, atomic_load(&n_apis));
    size_t n;

    if (api || !object)
        return api;
    (void)pthread_mutex_lock(&lock);
    n = atomic_load(&n_apis);
    api = find(object, n);
    if (!api && n < APIS_COUNT && fill(&apis[n], caller, n)) {
        apis[n].object = object;
        api = &apis[n];
        atomic_store(&n_apis, n + 1);
    }
    (void)pthread_mutex_unlock(&lock);
    return api;
}
