/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Checks whether the certificates of a path are revoked, by CRLs and one stapled OCSP response that
 * the caller has. Nothing is fetched from the network. Only for the files of daemon/x509.
 *
 * The state of a certificate is:
 *  - revoked: a CRL signed by its issuer lists it, whatever the CRL's dates and scope are, or an
 *    authentic response of any age says so;
 *  - good: a complete, current CRL for certificates of its kind does not list it, or an authentic,
 *    current response says that it is good;
 *  - unusable: a CRL in its issuer's name violates RFC 5280 (signature, critical extensions, CRL
 *    number, key usage, not yet valid), or a response is not authentic, is about other certificates
 *    or says that the certificate is unknown;
 *  - stale: the best material would be good if it were newer, or if it had a nextUpdate;
 *  - unknown: there is no material, or none that applies (CRLs for other certificates, delta and
 *    indirect CRLs, CRLs for some reasons).
 *
 * A CRL that revokes decides; otherwise one good answer does. An unusable response refuses even
 * beside a good CRL, since it was given for this very certificate. An unusable CRL does not, since
 * a directory may hold any CRLs. If more signatures would have to be verified than
 * CRL_SIGNATURES_COUNT, that refuses even beside a good CRL, because the next CRL might revoke.
 *
 * An end entity with noRevAvail (RFC 9608) has no material by design, so that "unknown" and "stale"
 * are tolerated for it in every mode.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/x509.h>

#include "daemon/x509/parse/context.h"
#include "daemon/x509/parse/fault.h"
#include "daemon/x509/revocation/crl.h"
#include "daemon/x509/revocation/revocation_limits.h"
#include "daemon/x509/revocation/revocation_mode.h"

struct revocation_question {
    /* The end entity first, the anchor last; 1 to REVOCATION_PATH_COUNT certificates. The caller
     * has verified names, signatures and dates, and the keys are decoded (X509_get0_pubkey). */
    X509 *const *path;
    size_t n;
    int64_t time; /* seconds since 1970-01-01T00:00:00Z */
    enum revocation_mode mode;
    const struct crl_set *const *sets;
    size_t n_sets;
    /* The stapled OCSPResponse in DER for path[0]. An empty one is unusable. */
    bool has_ocsp;
    const uint8_t *ocsp;
    size_t n_ocsp;
    /* How many seconds later than `time` thisUpdate of a CRL or a response may be, because clocks
     * differ; 0 to REVOCATION_SKEW_S. */
    int64_t clock_skew_s;
    /* How many seconds a response without nextUpdate is used; 0 to OCSP_AGE_S. */
    int64_t ocsp_max_age_s;
};

struct revocation_result {
    enum revocation_outcome outcome;
    /* By depth, without the anchor, which only its removal from the store revokes. */
    struct revocation_status certificates[REVOCATION_PATH_COUNT];
    size_t n;
    bool staple_good; /* the response is authentic, current and says good */
    bool has_looked;  /* there was a CRL of an issuer or a response, even if it said nothing */
    /* The result stays the same for from <= time <= until. */
    int64_t from;
    int64_t until;
};

/*
 * Judges the path and adds a fault for each certificate that the mode refuses, at its depth, the
 * end entity's first. If the end entity or an issuer demands a staple (RFC 7633) and there is no
 * good response, that is the fault "must-staple", whatever CRLs say.
 *
 * Returns 0 and *resultp, which is cleared first and is REVOCATION_PASSED only without a fault;
 * -EINVAL for a question outside the bounds above; -ENOMEM; or -EIO, also if the extensions of a
 * certificate cannot be read.
 */
int revocation_check(const struct x509_context *context, const struct revocation_question *question,
                     struct fault_list *faults, struct revocation_result *resultp);
