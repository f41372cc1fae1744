/* SPDX-License-Identifier: MIT */
#pragma once

/* The fields of an x509_context. Only for the files of daemon/x509. */

#include <openssl/asn1.h>
#include <openssl/evp.h>
#include <openssl/provider.h>

#include "daemon/x509/parse/context.h"

struct x509_context {
    /* has only the provider "null"; for certificates whose key is not needed */
    OSSL_LIB_CTX *parsing;
    OSSL_PROVIDER *null;
    OSSL_LIB_CTX *hashing; /* has the provider "default" */
    OSSL_PROVIDER *provider;
    EVP_MD *sha256;
    ASN1_TIME *epoch; /* 1970-01-01T00:00:00Z */
};

/*
 * Empties libcrypto's error queue. Evaluates to -ENOMEM if the queue has a failed allocation, else
 * to `otherwise`. A negative result is remembered as the origin of an error (base/error.h).
 */
#define x509_error(otherwise) x509_error_at((otherwise), __FILE_NAME__, __LINE__, __func__)

int x509_error_at(int otherwise, const char *file, int line, const char *function);
