/* SPDX-License-Identifier: MIT */
#pragma once

/* What decides, immutable while it serves; and who asks, when. */

#include <stdint.h>

#include "base/digest.h"
#include "daemon/policy/policy.h"
#include "daemon/x509/parse/context.h"
#include "daemon/x509/path/path.h"
#include "daemon/x509/path/store.h"

/* Borrows everything. */
struct verify_context {
    const struct policy *policy;
    const struct suffix_list *suffixes;
    const struct x509_context *x509;
    struct path_engine *engine; /* what it remembers changes how long an answer takes alone */
    /* By the index of policy_trusts. NULL: there is no such store here, and it anchors nothing. */
    const struct store *const *stores;
    const struct crl_set *const *crls; /* by the same index; NULL: it has none */
    uint64_t generation;
    uint8_t digest[DIGEST_BYTES]; /* of the effective policy */
};

struct verify_asker {
    uint32_t client_class; /* as policy_rule_for takes it */
    int64_t now;           /* the wall clock, in seconds since 1970-01-01T00:00:00Z */
};
