/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The trust stores that a policy names, with the limits that the policy puts on their anchors.
 * Epochs that differ only in their CRLs share one of these structs.
 */

#include "base/packed.h"
#include "daemon/policy/policy.h"
#include "daemon/x509/path/store.h"

/* The size of the warning, which has room for a few blocks that were left out. */
#define ANCHORS_WARNING_BYTES 2048

struct anchors {
    unsigned n_references;
    struct store *stores[POLICY_TRUSTS_COUNT]; /* in the order of policy_trusts */
    /* a warning for people: blocks that were left out, each with file, line and reason, and why the
     * system has no store; "" if there is nothing to warn of */
    char warning[ANCHORS_WARNING_BYTES];
};

/*
 * Loads the trust stores from their files. Returns what material_load returns; on success the
 * caller owns one reference to *anchorsp.
 */
int anchors_load(struct anchors **anchorsp, const struct policy *policy,
                 struct policy_error *error);

/*
 * Writes the anchors of all stores as bytes. The limits on them are not written, since they are
 * part of the policy. If memory runs out, writer->failed is set.
 */
void anchors_pack(const struct anchors *anchors, const struct policy *policy,
                  struct packed_writer *writer);

/*
 * Makes the trust stores from packed bytes. Returns 0; -EBADMSG for bytes that anchors_pack cannot
 * have written; or -ENOMEM.
 */
int anchors_unpack(struct anchors **anchorsp, const struct policy *policy,
                   struct packed_reader *reader);

/* Adds one reference. Returns the anchors. */
struct anchors *anchors_ref(struct anchors *anchors);

/* Drops one reference, and frees the anchors if it was the last one; takes NULL. Returns NULL. */
struct anchors *anchors_unref(struct anchors *anchors);
