/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The library context of libcrypto in which paths are parsed and verified. Only for the files of
 * daemon/x509/path. Its one provider forwards to libcrypto's default provider, but has only those
 * decoders that read a SubjectPublicKeyInfo in DER with a kind of key that a path may have. Without
 * that, libcrypto would try dozens of decoders for every key, which is most of the cost of parsing
 * a certificate. Other input (DSA, DH, PEM, private keys) cannot be decoded in this context.
 */

#include <openssl/crypto.h>
#include <openssl/provider.h>

struct provider {
    OSSL_LIB_CTX *context;
    OSSL_PROVIDER *forwarding;
};

#define PROVIDER_NULL ((struct provider){0})

/*
 * Sets up a context that forwards to `forwarded`, which is libcrypto's default provider in another
 * context and has to outlive this one. Returns 0; -ENOMEM; or -EIO if libcrypto fails. The caller
 * calls provider_deinit whatever is returned.
 */
int provider_init(struct provider *provider, const OSSL_PROVIDER *forwarded);
void provider_deinit(struct provider *provider);
