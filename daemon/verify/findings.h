/* SPDX-License-Identifier: MIT */
#pragma once

/* Findings: the failures of a verdict, and what would be a failure by rules that are only reported.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "proto/verdict.h"

/* X509_V_ERR_APPLICATION_VERIFICATION, for failures that OpenSSL has no number for. */
#define FINDING_APPLICATION 50

struct finding {
    const char *code; /* static */
    uint32_t verify_code;
    struct bytes message; /* as Python prints it */
    struct bytes detail;  /* more about it, for a person; may be empty */
    uint32_t depth;       /* of the certificate; 0 is the end entity */
    bool report_only;
};

/*
 * Adds a finding to the failures, or to the reported ones if report_only. Each list has room for
 * LIMIT_FAILURES_COUNT; a finding beyond that is dropped, and the list is not empty then.
 */
void findings_add(struct verdict *verdict, const struct finding *finding);
