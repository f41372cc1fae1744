/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Implements `verify --connect`: fetches the certificates that a server sends in a TLS handshake.
 */

#include "certname/client.h"
#include "client/ctl/target.h"

struct tls_fetch_plan {
    struct target target;
    const char *starttls; /* "smtp" or "imap"; NULL if the server expects TLS from the first byte */
    char server_name[TARGET_HOST_BYTES]; /* the server_name to send (RFC 6066); "" sends none */
    bool staple; /* whether to add the OCSP response that the server staples */
};

/*
 * Connects, makes a TLS handshake that accepts every certificate, and closes the connection without
 * sending application data. Adds the certificates that the server sent to the question, the end
 * entity's first. Takes at most ten seconds. Returns 0; or -1 and fills in *error.
 */
int tls_fetch_chain(struct certname_question *question, const struct tls_fetch_plan *plan,
                    struct target_error *error);
