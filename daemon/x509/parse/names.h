/* SPDX-License-Identifier: MIT */
#pragma once

/* The presented identities of a certificate, for the files of daemon/x509 alone. */

#include <stddef.h>

#include <openssl/x509v3.h>

#include "daemon/identity/identity.h"

/* Owns what the identities borrow. */
struct names {
    struct identity *identities; /* subject alternative names in their order; of the subject the
                                  * common names in theirs, then the emailAddresses in theirs */
    size_t n_identities;
    GENERAL_NAMES *alternative;
    unsigned char **texts; /* of the subject, in UTF-8, by OPENSSL_free */
    size_t n_texts;
};

#define NAMES_NULL ((struct names){0})

/*
 * Reads them out of a certificate, RFC 5280 sections 4.2.1.6 and 4.1.2.6. Several subjectAltName
 * extensions, one that does not decode, and one with something behind it are one malformed
 * identity: no name of theirs counts.
 *
 * 0 or -ENOMEM; names_deinit in either case.
 */
int names_init(struct names *names, const X509 *certificate);
void names_deinit(struct names *names);
