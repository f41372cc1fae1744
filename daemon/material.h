/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * What a policy refers to and does not hold: trust stores and CRLs, read from the files that it
 * names. Immutable once it is loaded.
 */

#include <stdbool.h>

#include "daemon/policy/policy.h"
#include "daemon/verify/context.h"

struct material;

/*
 * Loads what the policy names. A store that was configured and is absent, empty or damaged fails;
 * the system's own, where there is none, fails the questions for a path and is only warned of.
 * What is wrong is logged. 0, -EINVAL, or -ENOMEM, -EIO.
 */
int material_load(struct material **materialp, const struct policy *policy,
                  const struct x509_context *x509);

/* Frees it; takes NULL. Returns NULL. */
struct material *material_free(struct material *material);

/* Points a context at it. */
void material_serve(const struct material *material, struct verify_context *context);
