/* SPDX-License-Identifier: MIT */
#pragma once

/* The inside of an x509_context, for the files of daemon/x509 alone. */

#include <openssl/asn1.h>
#include <openssl/evp.h>
#include <openssl/provider.h>

#include "daemon/x509/parse/context.h"

struct x509_context {
    OSSL_LIB_CTX *parsing; /* provider "null" */
    OSSL_PROVIDER *null;
    OSSL_LIB_CTX *hashing; /* provider "default" */
    OSSL_PROVIDER *provider;
    EVP_MD *sha256;
    ASN1_TIME *epoch; /* 1970-01-01T00:00:00Z */
};

/* Empties libcrypto's error queue. Returns -ENOMEM if one of its errors was a failed allocation,
 * else `otherwise`. */
int x509_error(int otherwise);
