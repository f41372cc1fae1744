/* SPDX-License-Identifier: MIT */
#pragma once

/* Judges one certificate by CRLs (RFC 5280 section 6.3.3). Only for the files of daemon/x509. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/x509.h>

#include "base/bytes.h"
#include "daemon/x509/revocation/crl.h"
#include "daemon/x509/revocation/revocation_reason.h"
#include "daemon/x509/revocation/revocation_window.h"

struct crl_scope; /* defined in crl_parse.h */

/* A certificate, its issuer, and the fields that are compared with CRLs. */
struct crl_subject {
    X509 *certificate;
    X509 *issuer;
    unsigned char *number;    /* the serial number in DER, owned */
    struct bytes serial;      /* the content octets of `number` */
    struct bytes issuer_name; /* the issuer's Name in DER, as the certificate has it */
    bool is_ca;
};

/*
 * Fills in a subject, which borrows both certificates. The caller calls crl_subject_deinit whatever
 * is returned.
 *
 * Returns 0, -ENOMEM, or -EIO if extensions or serial number of the certificate cannot be read.
 */
int crl_subject_init(struct crl_subject *subject, X509 *certificate, X509 *issuer);
/* Frees what the subject owns. A second call does nothing. */
void crl_subject_deinit(struct crl_subject *subject);

/* The CRLs that may be used for one question. The caller fills it in; all pointers are borrowed. */
struct crl_judge {
    const struct x509_context *context;
    const struct crl_set *const *sets;
    size_t n_sets;
    struct window *window; /* is narrowed to the time in which the results stay the same */
    int64_t clock_skew_s;  /* seconds by which thisUpdate may be in the future */
    unsigned n_signatures; /* the number of signatures used so far, at most CRL_SIGNATURES_COUNT */
};

/*
 * Judges the certificate by all CRLs with its issuer's name, narrows the judge's window, and sets
 * *judgement. If there is no such CRL, its reason is REASON_NOTHING.
 *
 * Returns 0, -ENOMEM or -EIO.
 */
int crl_judge_subject(struct crl_judge *judge, const struct crl_subject *subject,
                      struct judgement *judgement);

/* Returns REASON_GOOD if the CRL's scope covers the certificate, else why it does not. Only for
 * crl_judge.c. */
enum revocation_reason crl_outside(const struct crl_scope *scope,
                                   const struct crl_subject *subject);
