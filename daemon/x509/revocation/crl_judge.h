/* SPDX-License-Identifier: MIT */
#pragma once

/* Judges one certificate by CRLs (RFC 5280 section 6.3.3). Only for the files of daemon/x509. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "daemon/x509/revocation/crl.h"
#include "daemon/x509/revocation/crl_subject.h"
#include "daemon/x509/revocation/revocation_other.h"
#include "daemon/x509/revocation/revocation_reason.h"
#include "daemon/x509/revocation/revocation_window.h"

struct crl_scope; /* defined in crl_parse.h */

/*
 * The CRLs that one question may use. The caller fills it in, and everything in it must outlive the
 * judgement.
 */
struct crl_judge {
    const struct x509_context *context;
    const struct crl_set *const *sets;
    size_t n_sets;
    const struct revocation_other *others; /* certificates whose keys may have signed CRLs too */
    size_t n_others;
    bool needs_good;       /* a certificate whose status is unknown does not count as good */
    struct window *window; /* is narrowed to the time in which the results stay the same */
    int64_t clock_skew_s;  /* seconds by which thisUpdate may be in the future */
    unsigned n_signatures; /* the number of signatures used so far, at most CRL_SIGNATURES_COUNT */
};

/*
 * Judges the certificate by all CRLs in its issuer's name and by indirect CRLs that list it under
 * its issuer. Narrows the judge's window and sets *judgement, to REASON_NOTHING if there is no such
 * CRL.
 *
 * Returns 0, -ENOMEM or -EIO.
 */
int crl_judge_subject(struct crl_judge *judge, const struct crl_subject *subject,
                      struct judgement *judgement);

/*
 * Returns whether one of the CRLs lists the certificate of this issuer (a Name in DER) with this
 * serial number (content octets). The CRLs are not verified for this.
 */
bool crl_judge_lists(const struct crl_set *const *sets, size_t n_sets, struct bytes issuer,
                     struct bytes serial);

/* Returns REASON_GOOD if the CRL's scope covers the certificate, else why it does not. Only for
 * crl_judge.c. */
enum revocation_reason crl_outside(const struct crl_scope *scope,
                                   const struct crl_subject *subject);
