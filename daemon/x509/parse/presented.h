/* SPDX-License-Identifier: MIT */
#pragma once

/* Reads the presented identities of a certificate. Only for the files of daemon/x509/parse. */

#include <stddef.h>

#include <openssl/x509v3.h>

#include "daemon/identity/identity.h"

/* The identities, and the memory that they point into. */
struct presented {
    /* the subject alternative names in the order of the certificate, then the common names and then
     * the emailAddresses of the subject */
    struct identity *identities;
    size_t n_identities;
    GENERAL_NAMES *alternative;
    unsigned char **texts; /* texts from the subject in UTF-8, to be freed with OPENSSL_free */
    size_t n_texts;
};

#define PRESENTED_NULL ((struct presented){0})

/*
 * Reads the presented identities of a certificate, RFC 5280 sections 4.2.1.6 and 4.1.2.6. If there
 * are several subjectAltName extensions, or one that cannot be decoded completely, they count as
 * one malformed identity, and none of the names in them is read.
 *
 * Returns 0 or -ENOMEM. The caller calls presented_deinit whatever is returned.
 */
int presented_init(struct presented *presented, const X509 *certificate);
void presented_deinit(struct presented *presented);
