/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The parts that the checks of all kinds of sections share: their state, the origins of sections,
 * and refusals.
 */

#include "daemon/policy/internal.h"
#include "daemon/policy/parsed.h"
#include "daemon/policy/policy.h"

/* The state of one run of policy_check_config. */
struct policy_check {
    struct policy *policy;              /* is filled in */
    const struct parsed_config *config; /* is checked */
    const struct suffix_list *suffixes; /* NULL is allowed if there is no domain section */
    struct policy_error *error;         /* is filled in when a section is refused */
};

/*
 * Sets *origin to the file and line of the section. origin->section is the kind and, if the section
 * has one, the title; the string lives as long as the policy. Returns 0 or -ENOMEM.
 */
int policy_section_origin(const struct policy_check *check, const struct parsed_section *section,
                          enum policy_section_kind kind, struct policy_origin *origin);

/*
 * Refuses two sections with the same title. The error stands at the line of the later one. Returns
 * 1.
 */
int policy_section_refuse_duplicate(const struct policy_check *check,
                                    const struct policy_origin *one,
                                    const struct policy_origin *other);

/*
 * Refuses two sections that list the same domain name, at least one of them under `exempt`. The
 * error stands at the line of the later one. Returns 1.
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
