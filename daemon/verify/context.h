/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The input of a verification besides the request: the configuration in force, the client and the
 * time.
 */

#include <stdint.h>

#include "base/digest.h"
#include "daemon/policy/policy.h"
#include "daemon/x509/parse/context.h"
#include "daemon/x509/path/path.h"
#include "daemon/x509/path/store.h"

/* The configuration in force, which does not change while it is used. All pointers are borrowed. */
struct verify_context {
    const struct policy *policy;
    const struct suffix_list *suffixes;
    const struct x509_context *x509;
    /* Caches parsed issuers and verified signatures, which makes answers faster and never changes
     * them. NULL: paths are not validated. */
    struct path_engine *engine;
    /* One for each trust section, in the order of policy_trusts; NULL for a store that could not be
     * loaded. */
    const struct store *const *stores;
    const struct crl_set *const
        *crls; /* one for each trust section, like `stores`; NULL for a section without CRLs */
    /* CRLite's filters of each trust section, likewise; NULL for a section without any */
    const struct crlite_set *const *crlites;
    uint64_t generation;
    uint8_t digest[DIGEST_BYTES]; /* SHA-256 of the effective policy */
};

/* The client that asks, and the time. */
struct verify_asker {
    uint32_t client_class; /* the class of its section of the policy, as policy_rule_for takes it */
    int64_t now;           /* the wall clock, in seconds since 1970-01-01T00:00:00Z */
};
