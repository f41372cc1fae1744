/* SPDX-License-Identifier: MIT */
#include "daemon/x509/path/provider.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include <openssl/core_dispatch.h>

#include "daemon/x509/parse/context_internal.h"

#define PROVIDER_NAME "certnamed"

static const char *const key_kinds[] = {"RSA", "EC", "ED25519", "ED448", "RSA-PSS"};
#define N_KEY_KINDS (sizeof(key_kinds) / sizeof(*key_kinds))

/*
 * Global state, which libcrypto makes necessary. libcrypto passes the context of a provider to its
 * algorithms. Since the algorithms are those of the default provider, the context has to be the
 * default provider's too, which has no room for a pointer of ours; nor does libcrypto 3.0 pass a
 * pointer of ours to `start`. The contents are the same for every library context of a process:
 * they are written once and then only read, since libcrypto keeps pointers to them.
 */
static struct {
    OSSL_FUNC_provider_query_operation_fn *query; /* NULL until `learn` has run */
    OSSL_ALGORITHM key_decoders[N_KEY_KINDS + 1]; /* ended by an element of zeros */
} original;

/* The provider to which `start` forwards. Set only during a call of OSSL_PROVIDER_load. */
static const OSSL_PROVIDER *starting;

/*
 * Returns whether the algorithm's first name is `name`. Names are separated by colons, and the
 * usual one comes first.
 */
static bool has_first_name(const OSSL_ALGORITHM *algorithm, const char *name)
{
    size_t len = strcspn(algorithm->algorithm_names, ":");

    return strlen(name) == len && memcmp(algorithm->algorithm_names, name, len) == 0;
}

static bool reads_public_key(const OSSL_ALGORITHM *algorithm)
{
    const char *properties = algorithm->property_definition;

    return strstr(properties, "input=der") && strstr(properties, "structure=SubjectPublicKeyInfo");
}

static void learn_decoders(const OSSL_ALGORITHM *all)
{
    size_t n = 0;

    for (; all && all->algorithm_names; all++) {
        for (size_t i = 0; i < N_KEY_KINDS && n < N_KEY_KINDS; i++) {
            if (has_first_name(all, key_kinds[i]) && reads_public_key(all))
                original.key_decoders[n++] = *all;
        }
    }
}

static void learn(void *context)
{
    const OSSL_DISPATCH *function = OSSL_PROVIDER_get0_dispatch(starting);
    int no_cache = 0;

    for (; function->function_id != 0; function++) {
        if (function->function_id == OSSL_FUNC_PROVIDER_QUERY_OPERATION)
            original.query = OSSL_FUNC_provider_query_operation(function);
    }
    if (original.query)
        learn_decoders(original.query(context, OSSL_OP_DECODER, &no_cache));
}

static const OSSL_ALGORITHM *query(void *context, int operation, int *no_cache)
{
    if (operation != OSSL_OP_DECODER)
        return original.query(context, operation, no_cache);
    *no_cache = 0;
    return original.key_decoders;
}

static const OSSL_DISPATCH functions[] = {
    {OSSL_FUNC_PROVIDER_QUERY_OPERATION, (void (*)(void))query},
    {0, NULL},
};

static int start(const OSSL_CORE_HANDLE *handle, const OSSL_DISPATCH *in, const OSSL_DISPATCH **out,
                 void **context)
{
    (void)handle;
    (void)in;
    *context = OSSL_PROVIDER_get0_provider_ctx(starting);
    if (!original.query)
        learn(*context);
    *out = functions;
    return original.key_decoders[0].algorithm_names != NULL;
}

int provider_init(struct provider *provider, const OSSL_PROVIDER *forwarded)
{
    *provider = PROVIDER_NULL;
    provider->context = OSSL_LIB_CTX_new();
    if (!provider->context)
        return x509_error(-ENOMEM);
    if (OSSL_PROVIDER_add_builtin(provider->context, PROVIDER_NAME, start) != 1)
        return x509_error(-EIO);
    starting = forwarded;
    provider->forwarding = OSSL_PROVIDER_load(provider->context, PROVIDER_NAME);
    starting = NULL;
    return provider->forwarding ? 0 : x509_error(-EIO);
}

void provider_deinit(struct provider *provider)
{
    if (provider->forwarding)
        OSSL_PROVIDER_unload(provider->forwarding);
    OSSL_LIB_CTX_free(provider->context);
    *provider = PROVIDER_NULL;
}
