/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The OpenSSL library context in which paths are parsed and verified, for the files of
 * daemon/x509/path alone. Its one provider forwards to libcrypto's default provider, but of the
 * decoders only those that read a SubjectPublicKeyInfo in DER of a key kind that a path may have.
 * libcrypto would otherwise try dozens of decoders for every key, which is most of the cost of
 * parsing a certificate. Other input (DSA, DH, PEM, private keys) cannot be decoded in it.
 */

#include <openssl/crypto.h>
#include <openssl/provider.h>

struct provider {
    OSSL_LIB_CTX *context;
    OSSL_PROVIDER *forwarding;
};

#define PROVIDER_NULL ((struct provider){0})

/*
 * Sets up a context that forwards to `forwarded`, libcrypto's default provider in another context,
 * which has to outlive it. 0; -ENOMEM; -EIO where libcrypto fails. provider_deinit in every case.
 */
int provider_init(struct provider *provider, const OSSL_PROVIDER *forwarded);
void provider_deinit(struct provider *provider);
