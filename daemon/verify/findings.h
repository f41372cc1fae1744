/* SPDX-License-Identifier: MIT */
#pragma once

/* Findings: the failures of a verdict, and failures by rules that are only reported. */

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "daemon/policy/rule.h"
#include "proto/verdict.h"

/* X509_V_ERR_APPLICATION_VERIFICATION: the number for failures for which OpenSSL has none. */
#define FINDING_APPLICATION 50

struct finding {
    const char *code; /* the failure's code; the string is static */
    uint32_t verify_code;
    struct bytes message; /* the message as Python would print it */
    struct bytes detail;  /* more about it in words; may be empty */
    uint32_t depth;       /* of the certificate; 0 is the end entity */
    bool report_only;
    /* the section that decided instead of the rule's own, such as a section `deny`; NULL: the
     * rule's own */
    const struct policy_origin *origin;
    bool is_unused; /* with report_only: the finding is a CRL or an OCSP response that could not be
                       used */
};

/*
 * Adds a finding to the verdict's failures, or with report_only to the reported ones. Each list has
 * room for LIMIT_FAILURES_COUNT. A further finding is only counted; the list is full then, so it
 * still refuses. Findings with is_unused are added after all others. The origin of the first
 * failure, if it has one, becomes the verdict's rule.
 */
void findings_add(struct verdict *verdict, const struct finding *finding);

/* Returns the section as a verdict shows it. It borrows the strings of the policy. */
struct verdict_rule findings_rule(const struct policy_origin *origin);
