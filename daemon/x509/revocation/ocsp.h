/* SPDX-License-Identifier: MIT */
#pragma once

/* Judges one certificate by a stapled OCSP response (RFC 6960). Only for the files of daemon/x509.
 */

#include <stdint.h>

#include "base/bytes.h"
#include "daemon/x509/revocation/crl_judge.h"
#include "daemon/x509/revocation/revocation_reason.h"

/*
 * Judges the certificate by the response in DER. The response has to be signed by the issuer's key,
 * or by a responder that the issuer certified for it (id-kp-OCSPSigning), that is valid at the
 * judge's time and that the judge's CRLs do not revoke. A nonce is ignored. `skew` is in seconds, 0
 * to OCSP_SKEW_S.
 *
 * Returns 0 and *reasonp, which is never REASON_NOTHING; or -ENOMEM or -EIO.
 */
int ocsp_judge(struct crl_judge *judge, const struct crl_subject *subject, struct bytes response,
               int64_t skew, enum revocation_reason *reasonp);
