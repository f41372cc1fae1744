/* SPDX-License-Identifier: MIT */
#pragma once

/* The parts that the checks of all kinds of sections share: their state, origins, and refusals. */

#include "daemon/policy/internal.h"
#include "daemon/policy/parsed.h"
#include "daemon/policy/policy.h"

/* The state of one run of policy_check_config. */
struct policy_check {
    struct policy *policy;              /* filled in */
    const struct parsed_config *config; /* read */
    const struct suffix_list *suffixes; /* NULL where there is no domain section */
    struct policy_error *error;         /* filled in by a refusal */
};

/*
 * Sets *origin to where the section stands. Its `section` text is the kind and, where the section
 * has one, the title; it lives as long as the policy. Returns 0 or -ENOMEM.
 */
int policy_section_origin(const struct policy_check *check, const struct parsed_section *section,
                          enum policy_section_kind kind, struct policy_origin *origin);

/* Refuses two sections with one title, at the place of the later one. Returns 1. */
int policy_section_refuse_duplicate(const struct policy_check *check,
                                    const struct policy_origin *one,
                                    const struct policy_origin *other);

/*
 * Refuses two sections that name the same domain, of which at least one exempts it. The error
 * stands at the later one. Returns 1.
 */
int policy_section_refuse_exemption(const struct policy_check *check,
                                    const struct policy_origin *one,
                                    const struct policy_origin *other);

/*
 * Checks a title that other sections refer to: 1 to POLICY_NAME_BYTES letters, digits, dots,
 * underscores and hyphens. Returns 0, or 1 if it is refused (see check->error).
 */
int policy_section_check_title(const struct policy_check *check,
                               const struct parsed_section *section, enum policy_section_kind kind);
