/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Determines the status (revoked or not) of the certificates of a complete path. Only for the files
 * of daemon/x509/path.
 */

#include <stdbool.h>

#include "daemon/x509/path/candidates.h"
#include "daemon/x509/path/path_question.h"
#include "daemon/x509/revocation/revocation.h"

/*
 * A complete path whose signatures have been verified. Everything in the struct must outlive the
 * call.
 */
struct path_status_question {
    const struct x509_context *context;
    const struct path_question *asked;
    /* the certificates among which the signers of CRLs are searched for */
    const struct candidates *candidates;
    struct parsed_certificate *const *path;
    size_t n;
};

/*
 * Checks a path of at least two certificates with revocation_check, and returns what that returns.
 */
int path_status_check(const struct path_status_question *question, struct fault_list *faults,
                      struct revocation_result *result);

/*
 * Checks an end entity that is trusted directly. Its issuer may be unknown, so that no CRL and no
 * OCSP response can be verified: one that lists the certificate as revoked refuses it nevertheless,
 * and none can clear it. If a status is required, it is waived only for a certificate that is
 * signed with its own key. A certificate that demands a stapled response is refused. Adds faults.
 * Returns 0, -ENOMEM or -EIO.
 */
int path_status_check_direct(const struct path_status_question *question, struct fault_list *faults,
                             struct revocation_result *result);

/*
 * Returns whether a CRL of the question lists the certificate. The CRLs are not verified for this.
 */
bool path_status_is_listed(const struct path_question *question, const struct outline *outline);
