/* SPDX-License-Identifier: MIT */
#include "daemon/x509/parse/context.h"

#include <errno.h>
#include <stdlib.h>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/x509.h>

#include "base/error.h"
#include "daemon/x509/parse/allocation.h"
#include "daemon/x509/parse/context_internal.h"

int x509_error_at(int otherwise, const char *file, int line, const char *function)
{
    unsigned long error;
    int r = otherwise;

    while ((error = ERR_get_error()) != 0) {
        if (ERR_GET_REASON(error) == ERR_R_MALLOC_FAILURE)
            r = -ENOMEM;
    }
    return r < 0 ? error_origin_set(r, file, line, function) : r;
}

/*
 * With these options no configuration file can change what libcrypto does, and the texts of its
 * errors, which are not needed, are not loaded.
 */
#define INIT_OPTIONS (OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_LOAD_CRYPTO_STRINGS)

static int load(struct x509_context *context)
{
    if (OPENSSL_init_crypto(INIT_OPTIONS, NULL) != 1)
        return x509_error(-EIO);

    context->parsing = OSSL_LIB_CTX_new();
    context->hashing = OSSL_LIB_CTX_new();
    if (!context->parsing || !context->hashing)
        return x509_error(-ENOMEM);

    context->null = OSSL_PROVIDER_load(context->parsing, "null");
    context->provider = OSSL_PROVIDER_load(context->hashing, "default");
    if (!context->null || !context->provider)
        return x509_error(-EIO);

    context->sha256 = EVP_MD_fetch(context->hashing, "SHA256", NULL);
    context->epoch = ASN1_TIME_new();
    if (!context->sha256 || !context->epoch ||
        ASN1_TIME_set_string_X509(context->epoch, "700101000000Z") != 1)
        return x509_error(-EIO);
    return 0;
}

int x509_context_new(struct x509_context **contextp)
{
    struct x509_context *context = calloc(1, sizeof(*context));
    int r;

    if (!context)
        return error_origin(-ENOMEM);
    /* The result may be ignored: without watched allocations, x509_allocation_end fails, and a
     * verifier answers no request. */
    (void)x509_allocation_watch();
    r = load(context);
    if (r) {
        x509_context_free(context);
        return r;
    }
    *contextp = context;
    return 0;
}

struct x509_context *x509_context_free(struct x509_context *context)
{
    if (!context)
        return NULL;
    ASN1_TIME_free(context->epoch);
    EVP_MD_free(context->sha256);
    if (context->provider)
        OSSL_PROVIDER_unload(context->provider);
    if (context->null)
        OSSL_PROVIDER_unload(context->null);
    OSSL_LIB_CTX_free(context->hashing);
    OSSL_LIB_CTX_free(context->parsing);
    free(context);
    return NULL;
}

int x509_sha256(const struct x509_context *context, const uint8_t *data, size_t len,
                uint8_t digest[static DIGEST_BYTES])
{
    unsigned n = 0;

    if (EVP_Digest(data, len, digest, &n, context->sha256, NULL) != 1 || n != DIGEST_BYTES)
        return x509_error(-EIO);
    return 0;
}

const char *x509_verify_text(int verify_code)
{
    return X509_verify_cert_error_string(verify_code);
}

const char *x509_library_version(void)
{
    return OpenSSL_version(OPENSSL_VERSION);
}
