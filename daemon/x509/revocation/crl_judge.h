/* SPDX-License-Identifier: MIT */
#pragma once

/* What CRLs say about one certificate, RFC 5280 section 6.3.3: for the files of daemon/x509 alone.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/x509.h>

#include "base/bytes.h"
#include "daemon/x509/revocation/crl.h"
#include "daemon/x509/revocation/revocation_reason.h"
#include "daemon/x509/revocation/revocation_window.h"

struct crl_scope; /* crl_parse.h */

/* A certificate and its issuer, with what is compared. */
struct crl_subject {
    X509 *certificate;
    X509 *issuer;
    unsigned char *number;    /* owned: the serial number in DER */
    struct bytes serial;      /* its content octets */
    struct bytes issuer_name; /* as the certificate writes it */
    bool is_ca;
};

/* 0; -ENOMEM; -EIO for a certificate whose extensions or serial number cannot be read.
 * crl_subject_deinit in every case. Both certificates must outlive it. */
int crl_subject_init(struct crl_subject *subject, X509 *certificate, X509 *issuer);
void crl_subject_deinit(struct crl_subject *subject);

/* One question's CRLs. */
struct crl_judge {
    const struct x509_context *context;
    const struct crl_set *const *sets;
    size_t n_sets;
    struct window *window;
    unsigned n_signatures; /* looked at so far */
};

/*
 * Judges the certificate by all CRLs in its issuer's name, and narrows the judge's window to the
 * dates that count. 0 and *judgement, REASON_NOTHING where there is no such CRL; -ENOMEM or -EIO.
 */
int crl_judge_subject(struct crl_judge *judge, const struct crl_subject *subject,
                      struct judgement *judgement);

/* For crl_judge.c: why a CRL that does not list the certificate does not speak for it;
 * REASON_GOOD if it does. */
enum revocation_reason crl_outside(const struct crl_scope *scope,
                                   const struct crl_subject *subject);
