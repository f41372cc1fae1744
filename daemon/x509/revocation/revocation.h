/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Checks whether the certificates of a path are revoked, by CRLs and one stapled OCSP response that
 * the caller has. Nothing is fetched from the network. Only for the files of daemon/x509.
 *
 * The state of a certificate is:
 *  - revoked: CRLite's filters say so of an end entity; a CRL signed by its issuer lists it,
 * whatever the CRL's dates and scope are, or by another key of the issuer's, or an indirect CRL
 * lists it under its issuer; or an authentic response of any age says so;
 *  - good: a complete, current CRL for certificates of its kind does not list it, or an authentic,
 *    current response says that it is good;
 *  - unusable: a CRL in its issuer's name violates RFC 5280 (signature, critical extensions, CRL
 *    number, key usage, not yet valid), or a response is not authentic, is about other certificates
 *    or says that the certificate is unknown;
 *  - stale: the best material would be good if it were newer, or if it had a nextUpdate;
 *  - unknown: there is no material, or none that applies (CRLs for other certificates, delta and
 *    indirect CRLs, CRLs for some reasons, CRLs by a key that may only revoke: crl_signer.h).
 *
 * If the states by several CRLs and the response differ, one that says revoked decides; otherwise
 * one that says good does. There are two exceptions. An unusable response refuses even if a CRL
 * says good, since it was given for this very certificate; an unusable CRL does not, since a
 * directory may hold any CRLs. And if more than CRL_SIGNATURES_COUNT signatures would have to be
 * verified, that refuses even if a CRL says good, because the next CRL might revoke.
 *
 * An end entity with noRevAvail (RFC 9608) has no material by design, so "unknown" and "stale" are
 * tolerated for it in every mode.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/x509.h>

#include "daemon/x509/crlite/crlite_set.h"
#include "daemon/x509/parse/context.h"
#include "daemon/x509/parse/fault.h"
#include "daemon/x509/revocation/crl.h"
#include "daemon/x509/revocation/revocation_limits.h"
#include "daemon/x509/revocation/revocation_mode.h"
#include "daemon/x509/revocation/revocation_other.h"

struct revocation_question {
    /* The end entity first, the anchor last; 1 to REVOCATION_PATH_COUNT certificates. The caller
     * has verified names, signatures and dates, and has decoded the keys (X509_get0_pubkey). */
    X509 *const *path;
    size_t n;
    int64_t time; /* seconds since 1970-01-01T00:00:00Z */
    enum revocation_mode mode;
    const struct crl_set *const *sets;
    size_t n_sets;
    /* CRLite's filters, which are asked about the end entity; none where it is no server */
    const struct crlite_set *const *crlites;
    size_t n_crlites;
    /* certificates that are not part of the path, whose keys may have signed CRLs; nothing in them
     * is trusted */
    const struct revocation_other *others;
    size_t n_others;
    /* With has_ocsp, the stapled OCSPResponse in DER for path[0]. An empty one is unusable. */
    bool has_ocsp;
    const uint8_t *ocsp;
    size_t n_ocsp;
    /* The seconds by which thisUpdate of a CRL or a response may be later than `time`, because
     * clocks differ; 0 to REVOCATION_SKEW_S. */
    int64_t clock_skew_s;
    /* The seconds after thisUpdate for which a response without nextUpdate is used; 0 to
     * OCSP_AGE_S. */
    int64_t ocsp_max_age_s;
};

struct revocation_result {
    enum revocation_outcome outcome;
    /* The status of each certificate by depth. The anchor has none, since only removing it from the
     * store revokes it. */
    struct revocation_status certificates[REVOCATION_PATH_COUNT];
    size_t n;
    bool staple_good; /* the response is authentic, current and says good */
    bool has_looked;  /* there was a CRL of an issuer, or an OCSP response, even if it had no effect
                       */
    /* CRLs and responses that could not be used, in the form of faults; they are no reason to
     * refuse */
    struct fault_list unused;
    /* The result holds for all times with from <= time <= until, in seconds. */
    int64_t from;
    int64_t until;
};

/*
 * Judges the path. Adds a fault for each certificate that the mode refuses, with its depth, the end
 * entity's first. If the end entity or an issuer demands a stapled response (RFC 7633) and there is
 * no good one, adds the fault "must-staple", whatever CRLs say.
 *
 * Returns 0 and *resultp, which is cleared first; its outcome is REVOCATION_PASSED only if no fault
 * was added. Returns -EINVAL for a question outside the limits above; -ENOMEM; or -EIO, also if the
 * extensions of a certificate cannot be read.
 */
int revocation_check(const struct x509_context *context, const struct revocation_question *question,
                     struct fault_list *faults, struct revocation_result *resultp);

/*
 * Returns whether a TLS feature extension (RFC 7633 section 4) demands a stapled response. Also
 * returns true if the extension is malformed.
 */
bool revocation_asks_for_staple(const X509 *certificate);
