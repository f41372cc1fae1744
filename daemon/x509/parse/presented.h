/* SPDX-License-Identifier: MIT */
#pragma once

/* The presented identities of a certificate, for the files of daemon/x509/parse alone. */

#include <stddef.h>

#include <openssl/x509v3.h>

#include "daemon/identity/identity.h"

/* The identities, and the memory that they borrow. */
struct presented {
    struct identity *identities; /* the subject alternative names in their order, then the common
                                  * names and then the emailAddresses of the subject */
    size_t n_identities;
    GENERAL_NAMES *alternative;
    unsigned char **texts; /* UTF-8 texts from the subject, freed by OPENSSL_free */
    size_t n_texts;
};

#define PRESENTED_NULL ((struct presented){0})

/*
 * Reads the presented identities of a certificate, RFC 5280 sections 4.2.1.6 and 4.1.2.6. Where
 * there are several subjectAltName extensions, or one that does not decode completely, they count
 * as one malformed identity, and none of their names is read.
 *
 * 0 or -ENOMEM; presented_deinit in either case.
 */
int presented_init(struct presented *presented, const X509 *certificate);
void presented_deinit(struct presented *presented);
