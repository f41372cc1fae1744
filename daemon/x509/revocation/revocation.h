/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Is a certificate of a path revoked? Answered from CRLs and one stapled OCSP response that the
 * caller has: never from the network. For the files of daemon/x509 alone: it knows X509.
 *
 * What is said about one certificate:
 *  - listed in a CRL that its issuer signed, whatever the CRL's dates and scope, or called revoked
 *    by an authentic response however old: revoked;
 *  - not listed in a complete, current CRL for certificates of its kind, or called good by an
 *    authentic, current response: good;
 *  - a CRL in its issuer's name that is not what RFC 5280 demands of one (signature, critical
 *    extensions, CRL number, key usage, not yet valid), or a response that is not authentic, not
 *    about it or says unknown: unusable;
 *  - the best that there is would be good but for its age: stale;
 *  - nothing, or nothing that applies (CRLs for other certificates, delta and indirect CRLs, CRLs
 *    for some reasons): unknown.
 *
 * Any CRL that revokes decides; then one good answer does. An unusable response is a refusal
 * beside a good CRL too, since it was handed over for this very certificate; an unusable CRL is
 * not, since directories hold what they hold. When more signatures would have to be looked at than
 * one question may (CRL_SIGNATURES_COUNT), that is a refusal beside a good CRL as well: the next
 * one might have revoked.
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
    /* The end entity first, the anchor last; names, signatures and dates verified, keys decoded
     * (X509_get0_pubkey). At least 1, at most REVOCATION_PATH_COUNT. */
    X509 *const *path;
    size_t n;
    int64_t time; /* seconds since 1970-01-01T00:00:00Z */
    enum revocation_mode mode;
    const struct crl_set *const *sets;
    size_t n_sets;
    /* The stapled OCSPResponse in DER for path[0]. Given but empty, it is unusable. */
    bool has_ocsp;
    const uint8_t *ocsp;
    size_t n_ocsp;
    /* How far a responder's clock may be off: thisUpdate may be that much later than `time`,
     * nextUpdate that much earlier. 0 to OCSP_SKEW_S. CRLs are compared to the second. */
    int64_t clock_skew_s;
};

struct revocation_result {
    enum revocation_outcome outcome;
    /* By depth, the anchor left out: nothing revokes an anchor but taking it away. */
    struct revocation_status certificates[REVOCATION_PATH_COUNT];
    size_t n;
    bool staple_good; /* the response is authentic, current and says good */
    bool has_looked;  /* there was a CRL of an issuer's, or a response, however little it says */
    /* The result is the same for each time in from..until, both ends included. */
    int64_t from;
    int64_t until;
};

/*
 * Judges the path, each fault at its depth, the end entity's first. A must-staple (RFC 7633) in the
 * end entity or in an issuer that demands it of what it issues is the fault "must-staple" without a
 * good response, whatever CRLs say.
 *
 * 0 and *resultp, which is cleared first: REVOCATION_PASSED only without a fault; -EINVAL for a
 * question outside the bounds above; -ENOMEM; -EIO, also for a certificate whose extensions cannot
 * be read.
 */
int revocation_check(const struct x509_context *context, const struct revocation_question *question,
                     struct fault_list *faults, struct revocation_result *resultp);
