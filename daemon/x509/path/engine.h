/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The state that path validation keeps from one question to the next. Only for the files of
 * daemon/x509/path.
 */

#include <openssl/x509_vfy.h>

#include "daemon/x509/path/issuer_cache.h"
#include "daemon/x509/path/provider.h"

struct path_engine {
    const struct x509_context *context;
    struct provider provider;
    X509_STORE *links; /* made by libcrypto_verify_store_new; it holds only callbacks */
    struct issuer_cache cache;
};
