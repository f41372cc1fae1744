/* SPDX-License-Identifier: MIT */
#pragma once

/* Who signed an OCSP response, and whether he may, RFC 6960 section 4.2.2.2. */

#include "daemon/x509/revocation/crl_judge.h"
#include "daemon/x509/revocation/ocsp_parse.h"

/*
 * 0 and *reasonp, REASON_GOOD if the response is signed for the subject's issuer; -ENOMEM or -EIO.
 * The judge's window is narrowed to the responder's validity, the judge's CRLs asked about him.
 */
int ocsp_authenticate(struct crl_judge *judge, const struct crl_subject *subject,
                      const struct ocsp_response *response, enum revocation_reason *reasonp);
