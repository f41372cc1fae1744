/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Finds out who signed an OCSP response, and whether that signer is allowed to (RFC 6960 section
 * 4.2.2.2).
 */

#include "daemon/x509/revocation/crl_judge.h"
#include "daemon/x509/revocation/ocsp_parse.h"

/*
 * Sets *reasonp to REASON_GOOD if the response is signed by the subject's issuer, or by a responder
 * that the issuer has certified. The judge's window is narrowed to the responder's validity, and
 * the judge's CRLs may revoke the responder.
 *
 * Returns 0, -ENOMEM or -EIO.
 */
int ocsp_authenticate(struct crl_judge *judge, const struct crl_subject *subject,
                      const struct ocsp_response *response, enum revocation_reason *reasonp);
