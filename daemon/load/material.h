/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * What a policy refers to and does not hold: trust stores and CRLs, read from the files that it
 * names. Immutable once it is loaded.
 */

#include <stdbool.h>

#include "daemon/os/file_watch.h"
#include "daemon/policy/policy.h"
#include "daemon/verify/context.h"

struct material;

/*
 * Loads what the policy names. A store that was configured and is absent, empty or damaged fails;
 * the system's own, where there is none, fails the questions for a path alone (material_remark).
 *
 * 0; 1 and *error says what is wrong, at the section that names it; or -ENOMEM, -EIO.
 */
int material_load(struct material **materialp, const struct policy *policy,
                  const struct x509_context *x509, struct policy_error *error);

/* The same stores, and the CRLs as they are on disk now. As material_load; `old` goes on. */
int material_refresh(struct material **materialp, const struct material *old,
                     const struct policy *policy, const struct x509_context *x509,
                     struct policy_error *error);

/* Frees it; takes NULL. Returns NULL. */
struct material *material_free(struct material *material);

/* Watches what the policy's trust stores, or its CRLs, are read from: to be called before they are.
 * 0 or -ENOMEM. */
int material_watch_stores(struct file_watch *watch, const struct policy *policy);
int material_watch_crls(struct file_watch *watch, const struct policy *policy);

/* Points a context at it. */
void material_serve(const struct material *material, struct verify_context *context);

/* What a person should know of it; "" for nothing. */
const char *material_remark(const struct material *material);
