/* SPDX-License-Identifier: MIT */
#pragma once

/* The description of a TLS server about which certnamed is asked. */

#include <stdbool.h>
#include <stddef.h>

#include "certname/client.h"

/* The largest numbers of names of one server, of which one match is enough, and of certificates. */
#define SERVER_NAMES_COUNT        16
#define SERVER_CERTIFICATES_COUNT 64
/* A server. Everything in it belongs to other objects. */
struct tls_server {
    /* The type of all names: CERTNAME_HOST, or CERTNAME_EMAIL. A server whose type is not set
     * cannot be asked about by name. */
    enum certname_reference type;
    const char *names[SERVER_NAMES_COUNT]; /* host names and addresses; or mailboxes */
    size_t n_names;
    struct certname_bytes chain[SERVER_CERTIFICATES_COUNT]; /* the end entity's first */
    size_t n_chain;
};

/*
 * Adds a certificate in DER, the end entity's first. Returns whether it was added; `len` is not
 * positive if the certificate could not be encoded. If the end entity's certificate is missing no
 * other is added, so that an issuer is never judged in its place: the question then has no
 * certificate and is an error.
 */
static inline bool tls_server_add(struct tls_server *server, bool is_end_entity,
                                  const unsigned char *der, int len)
{
    if (len <= 0 || server->n_chain >= SERVER_CERTIFICATES_COUNT ||
        is_end_entity != (server->n_chain == 0))
        return false;
    server->chain[server->n_chain++] = (struct certname_bytes){der, (size_t)len};
    return true;
}
