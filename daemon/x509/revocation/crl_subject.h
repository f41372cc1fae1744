/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A certificate whose status is to be determined, and the certificates above it. Only for the files
 * of daemon/x509.
 */

#include <stdbool.h>
#include <stddef.h>

#include <openssl/x509.h>

#include "base/bytes.h"

/* A certificate, its issuer, and the fields that are compared with CRLs. */
struct crl_subject {
    X509 *certificate;
    X509 *issuer;
    X509 *const *above; /* the certificates of the path above the issuer, the anchor last */
    size_t n_above;
    unsigned char *number;    /* owned: the serial number in DER */
    struct bytes serial;      /* the content octets of `number` */
    struct bytes issuer_name; /* the issuer's Name in DER as in the certificate */
    bool is_ca;
};

/*
 * Fills in a subject that points to both certificates and has nothing above the issuer. Call
 * crl_subject_deinit in any case.
 *
 * Returns 0, -ENOMEM, or -EIO if the extensions or the serial number of the certificate cannot be
 * read.
 */
int crl_subject_init(struct crl_subject *subject, X509 *certificate, X509 *issuer);

/* Frees what the subject owns. May be called twice. */
void crl_subject_deinit(struct crl_subject *subject);
