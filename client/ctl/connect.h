/* SPDX-License-Identifier: MIT */
#pragma once

/* A server's certificates, taken from a TLS handshake. */

#include "certname/client.h"
#include "client/ctl/target.h"

struct connect_plan {
    struct target target;
    const char *starttls;                /* "smtp", "imap"; NULL: TLS at once */
    char server_name[TARGET_HOST_BYTES]; /* to be sent; "": none */
    bool staple; /* whether a stapled OCSP response goes into the question */
};

/*
 * Makes a handshake that judges nothing, hangs up, and adds to the question what the server sent:
 * its certificates, end entity first. Nothing is sent after the handshake. 0, or -1 and *error says
 * why.
 */
int connect_fill(struct certname_question *question, const struct connect_plan *plan,
                 struct target_error *error);
