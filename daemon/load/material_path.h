/* SPDX-License-Identifier: MIT */
#pragma once

/* Checks on the files that a trust section names, and refusals that name the section. */

#include "daemon/policy/policy.h"

/* Turns a failure into a refusal of the trust section, with `text` as the reason. Returns 0 for 0,
 * -ENOMEM for -ENOMEM, since no file is at fault then, and 1 otherwise, with *error filled in. */
int material_path_refuse(struct policy_error *error, const struct policy_trust *trust, int r,
                         const char *text);

/*
 * Checks who may write a trust store or a CRL. Whoever can write one can change verdicts, so these
 * files have to be as safe as the policy's own. Returns 0; 1, and *error has the reason; or
 * -ENOMEM.
 */
int material_path_check(const struct policy_trust *trust, const char *path,
                        struct policy_error *error);
