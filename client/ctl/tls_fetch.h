/* SPDX-License-Identifier: MIT */
#pragma once

/* `verify --connect`: takes the certificates that a server sends in a TLS handshake. */

#include "certname/client.h"
#include "client/ctl/target.h"

struct tls_fetch_plan {
    struct target target;
    const char *starttls;                /* "smtp" or "imap"; NULL: TLS begins at once */
    char server_name[TARGET_HOST_BYTES]; /* server_name to send (RFC 6066); "": none */
    bool staple;                         /* also add the OCSP response that the server staples */
};

/*
 * Connects, makes a TLS handshake that accepts every certificate, and hangs up without sending
 * anything more. Adds the certificates that the server sent to the question, the end entity's
 * first. Takes at most ten seconds. Returns 0; or -1 and fills in *error.
 */
int tls_fetch_chain(struct certname_question *question, const struct tls_fetch_plan *plan,
                    struct target_error *error);
