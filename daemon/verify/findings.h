/* SPDX-License-Identifier: MIT */
#pragma once

/* What a verdict finds wrong: failures, and what would be one by rules that are only reported. */

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "proto/verdict.h"

/* X509_V_ERR_APPLICATION_VERIFICATION: what OpenSSL has no number for. */
#define FINDING_APPLICATION 50

struct finding {
    const char *code; /* static */
    uint32_t verify_code;
    struct bytes message; /* as Python prints it */
    struct bytes detail;  /* more for a person; may be empty */
    uint32_t depth;
    bool report_only;
};

/*
 * Adds one. There is room for LIMIT_FAILURES_COUNT of either kind; beyond it one is dropped, which
 * never empties the list.
 */
void findings_add(struct verdict *verdict, const struct finding *finding);
