/* SPDX-License-Identifier: MIT */
#pragma once

/* From a draft to a policy: everything that a configuration must be besides well-formed. */

#include "daemon/policy/draft.h"
#include "daemon/policy/policy.h"
#include "daemon/policy/settings.h"

/* What every check needs at hand. */
struct check {
    struct policy *policy;
    const struct draft *draft;
    const struct suffix_list *suffixes;
    struct policy_error *error;
    struct policy_settings defaults; /* once they are read: what a domain inherits */
};

/*
 * Judges the draft and builds *policy, which is new, from it. After an error *policy is good for
 * policy_free only. 0, or 1 if the draft is refused (see *error), or -ENOMEM.
 */
int policy_check(struct policy *policy, const struct draft *draft,
                 const struct suffix_list *suffixes, struct policy_error *error);

/* Fills in where a section with a title stands; *textp is to be freed with the policy. 0 or
 * -ENOMEM. */
int policy_origin_make(const struct check *check, const struct draft_section *section,
                       const char *kind, struct policy_origin *origin, char **textp);

/* Refuses a section because of one before it. Returns 1. */
int policy_duplicate_refuse(const struct check *check, const struct policy_origin *origin,
                            const struct policy_origin *first);
