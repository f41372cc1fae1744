/* SPDX-License-Identifier: MIT */
#pragma once

/* A TLS server as certnamed is asked about it. */

#include <stddef.h>

#include "certname/client.h"

/* Names of one server, any one of which suffices, and certificates that it sent. */
#define SERVER_NAMES_COUNT        16
#define SERVER_CERTIFICATES_COUNT 64
/* A server. It borrows everything. */
struct tls_server {
    const char *names[SERVER_NAMES_COUNT]; /* hosts and addresses */
    size_t n_names;
    struct certname_bytes chain[SERVER_CERTIFICATES_COUNT]; /* the end entity's first */
    size_t n_chain;
};
