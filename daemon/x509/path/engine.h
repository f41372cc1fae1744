/* SPDX-License-Identifier: MIT */
#pragma once

/* What path validation keeps between questions, for the files of daemon/x509 alone. */

#include <openssl/x509_vfy.h>

#include "daemon/x509/parse/provider.h"
#include "daemon/x509/path/memory.h"
#include "daemon/x509/path/path.h"

struct path_engine {
    const struct x509_context *context;
    struct provider provider;
    X509_STORE *links; /* holds no certificate: only how libcrypto is to link them */
    struct memory memory;
};
