/* SPDX-License-Identifier: MIT */
#pragma once

/* The description of a TLS server about which certnamed is asked. */

#include <stddef.h>

#include "certname/client.h"

/* The largest numbers of names of one server, of which one match is enough, and of certificates. */
#define SERVER_NAMES_COUNT        16
#define SERVER_CERTIFICATES_COUNT 64
/* A server. Everything in it belongs to other objects. */
struct tls_server {
    const char *names[SERVER_NAMES_COUNT]; /* host names and addresses */
    size_t n_names;
    struct certname_bytes chain[SERVER_CERTIFICATES_COUNT]; /* the end entity's first */
    size_t n_chain;
};
