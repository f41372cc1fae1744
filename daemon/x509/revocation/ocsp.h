/* SPDX-License-Identifier: MIT */
#pragma once

/* What a stapled OCSP response says about one certificate, RFC 6960: for the files of daemon/x509
 * alone. */

#include <stdint.h>

#include "base/bytes.h"
#include "daemon/x509/revocation/crl_judge.h"
#include "daemon/x509/revocation/revocation_reason.h"

/*
 * Judges the certificate by the response in DER; a nonce in it is ignored. It has to be signed by
 * the issuer's key, or by one that the issuer has certified for it (id-kp-OCSPSigning), is valid at
 * the judge's time and is not revoked by the judge's CRLs. `skew` is in seconds, 0 to OCSP_SKEW_S.
 *
 * 0 and *reasonp: REASON_GOOD or another, never REASON_NOTHING; -ENOMEM or -EIO.
 */
int ocsp_judge(struct crl_judge *judge, const struct crl_subject *subject, struct bytes response,
               int64_t skew, enum revocation_reason *reasonp);
