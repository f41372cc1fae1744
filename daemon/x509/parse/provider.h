/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A library context for paths, for the files of daemon/x509 alone. Its one provider hands on what
 * libcrypto's default provider can do, but of the decoders only those that read a
 * SubjectPublicKeyInfo in DER, of the key kinds that a path may hold: libcrypto otherwise tries
 * dozens for every key, which is most of the cost of parsing a certificate. What no decoder is
 * there for (DSA, DH, PEM, private keys) cannot be read at all.
 */

#include <openssl/crypto.h>
#include <openssl/provider.h>

struct provider {
    OSSL_LIB_CTX *context;
    OSSL_PROVIDER *forwarding;
};

#define PROVIDER_NULL ((struct provider){0})

/*
 * Sets one up over `forwarded`, libcrypto's default provider in another context, which outlives it.
 * 0; -ENOMEM; -EIO where libcrypto cannot. provider_deinit in every case.
 */
int provider_init(struct provider *provider, const OSSL_PROVIDER *forwarded);
void provider_deinit(struct provider *provider);
