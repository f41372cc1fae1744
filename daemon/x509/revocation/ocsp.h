/* SPDX-License-Identifier: MIT */
#pragma once

/* Judges one certificate by a stapled OCSP response (RFC 6960). Only for the files of daemon/x509.
 */

#include <stdint.h>

#include "base/bytes.h"
#include "daemon/x509/revocation/crl_judge.h"
#include "daemon/x509/revocation/revocation_reason.h"

/*
 * Judges the certificate by a response in DER. It has to be signed with the issuer's key, or by a
 * responder that the issuer certified for it (id-kp-OCSPSigning), that is valid at the judge's
 * time, and that the judge's CRLs do not revoke. A nonce is ignored. thisUpdate may be in the
 * future by the judge's clock skew. A response without nextUpdate gives REASON_OCSP_NO_END for
 * max_age_s seconds and REASON_OCSP_STALE after that.
 *
 * Returns 0 and *reasonp, which is never REASON_NOTHING; or -ENOMEM or -EIO.
 */
int ocsp_judge(struct crl_judge *judge, const struct crl_subject *subject, struct bytes response,
               int64_t max_age_s, enum revocation_reason *reasonp);

/*
 * Judges a certificate by a response that cannot be verified, because the issuer of the certificate
 * is unknown. Only `serial` (content octets) and `issuer_name` (a Name in DER) are compared.
 *
 * Returns 0 and *reasonp: REASON_OCSP_REVOKED if an entry says that the certificate is revoked;
 * REASON_OCSP_MALFORMED; REASON_OCSP_UNSUCCESSFUL; otherwise REASON_OCSP_RESPONDER, which clears
 * nothing. Or returns -EIO or -ENOMEM.
 */
int ocsp_judge_unverified(const struct x509_context *context, struct bytes issuer_name,
                          struct bytes serial, struct bytes response,
                          enum revocation_reason *reasonp);
