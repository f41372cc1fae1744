/* SPDX-License-Identifier: MIT */
#pragma once

/* The trust stores that a policy names, with the limits that it puts on their anchors. Material
 * that differs in its CRLs alone shares them. */

#include "base/packed.h"
#include "daemon/policy/policy.h"
#include "daemon/x509/path/store.h"

struct anchors {
    unsigned n_references;
    struct store *stores[POLICY_TRUSTS_COUNT]; /* in the order of policy_trusts */
    char warning[STORE_ERROR_BYTES + 80];      /* about the system's store; "" for none */
};

/* Loads the trust stores from their files. Returns as material_load does; *anchorsp is the caller's
 * with one reference. */
int anchors_load(struct anchors **anchorsp, const struct policy *policy,
                 struct policy_error *error);

/* Writes the anchors of all stores in bytes; the limits are the policy's and not among them. A
 * failure is the writer's. */
void anchors_pack(const struct anchors *anchors, const struct policy *policy,
                  struct packed_writer *writer);

/* Makes the trust stores of packed bytes. Returns 0; -EBADMSG for bytes that anchors_pack cannot
 * have written; or -ENOMEM. */
int anchors_unpack(struct anchors **anchorsp, const struct policy *policy,
                   struct packed_reader *reader);

/* Adds one reference. Returns the anchors. */
struct anchors *anchors_ref(struct anchors *anchors);

/* Drops one reference and frees the anchors with the last one; takes NULL. Returns NULL. */
struct anchors *anchors_unref(struct anchors *anchors);
