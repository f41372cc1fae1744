/* SPDX-License-Identifier: MIT */
#pragma once

/* Checks the files that a trust section names; a refusal names the section. */

#include "daemon/policy/policy.h"

/*
 * Turns a failure r into a refusal at the trust section, with `text` as the reason. Returns 0 if r
 * is 0; -ENOMEM if r is -ENOMEM, since no file is at fault then; and 1 for any other r, with *error
 * filled in.
 */
int material_path_refuse(struct policy_error *error, const struct policy_trust *trust, int r,
                         const char *text);

/*
 * Checks who may write a trust store or a CRL. A user who can write one can change verdicts, so
 * these files have to be as safe as the policy's own. Returns 0; 1, and *error has the reason; or
 * -ENOMEM.
 */
int material_path_check(const struct policy_trust *trust, const char *path,
                        struct policy_error *error);
