/* SPDX-License-Identifier: MIT */
#pragma once

/* The status (revoked or not) of the certificates of a complete path. For the files of
 * daemon/x509/path alone. */

#include <stdbool.h>

#include "daemon/x509/path/candidates.h"
#include "daemon/x509/path/path_question.h"
#include "daemon/x509/revocation/revocation.h"

/* A complete path whose signatures were verified; everything is borrowed. */
struct path_status_question {
    const struct x509_context *context;
    const struct path_question *asked;
    const struct candidates *candidates; /* among which the signers of CRLs are looked for */
    struct parsed_certificate *const *path;
    size_t n;
};

/* Checks a path of at least two certificates as revocation_check does, and returns as it does. */
int path_status_check(const struct path_status_question *question, struct fault_list *faults,
                      struct revocation_result *result);

/*
 * Checks an end entity that is trusted directly. Its issuer need not be known, so no CRL and no
 * OCSP response can be verified: one that lists it as revoked refuses it all the same, and none
 * clears it. If a status is required, only a certificate that is signed with its own key can do
 * without one. Faults are added. Returns 0, -ENOMEM or -EIO.
 */
int path_status_check_direct(const struct path_status_question *question, struct fault_list *faults,
                             struct revocation_result *result);

/* Returns whether a CRL of the question lists the certificate. Nothing in the CRLs is verified. */
bool path_status_is_listed(const struct path_question *question, const struct outline *outline);
