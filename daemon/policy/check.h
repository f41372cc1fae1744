/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * From a draft to a policy: everything that a configuration must be besides well-formed. A file for
 * each kind of section; what they return is 0, or 1 if the draft is refused (see check->error), or
 * -ENOMEM.
 */

#include "daemon/policy/draft.h"
#include "daemon/policy/network.h"
#include "daemon/policy/policy.h"
#include "daemon/policy/settings.h"
#include "daemon/policy/table.h"

/* What every check needs at hand. */
struct check {
    struct policy *policy;
    const struct draft *draft;
    const struct suffix_list *suffixes;
    struct policy_error *error;
};

/*
 * Judges the draft and builds *policy, which is new, from it. After an error *policy is good for
 * policy_free only.
 */
int policy_check(struct policy *policy, const struct draft *draft,
                 const struct suffix_list *suffixes, struct policy_error *error);

/* Each takes the sections of its kind over into check->policy. */
int policy_trusts_check(const struct check *check);
int policy_pinsets_check(const struct check *check);
int policy_denies_check(const struct check *check);
int policy_domains_check(const struct check *check);
int policy_clients_check(const struct check *check);
int policy_limits_check(const struct check *check);
int policy_record_check(const struct check *check);

/* Sorts names and networks out of the domains, and refuses what stands twice. */
int policy_lookup_build(const struct check *check);

/* --- what they share --- */

/* Fills in where a section stands: its kind, and its title if it has one. */
int policy_origin_make(const struct check *check, const struct draft_section *section,
                       enum draft_kind kind, struct policy_origin *origin);

/* Refuses the later of two sections because of the other. Returns 1. */
int policy_duplicate_refuse(const struct check *check, const struct policy_origin *one,
                            const struct policy_origin *other);

/* The same where one of them exempts what the other is for, or both exempt it. Returns 1. */
int policy_exemption_refuse(const struct check *check, const struct policy_origin *one,
                            const struct policy_origin *other);

/* Refuses a value of a key. Returns 1. */
int policy_value_refuse(const struct check *check, const struct draft_section *section,
                        enum draft_key key, const struct draft_value *value, const char *why);

/* Judges the title of a section that others name. */
int policy_title_check(const struct check *check, const struct draft_section *section,
                       enum draft_kind kind);

/* A file or folder: from the root on. */
int policy_path_check(const struct check *check, const struct draft_section *section,
                      enum draft_key key, const struct draft_value *value);

/* The values of a list of paths, as they are. */
int policy_paths_take(const struct check *check, const struct draft_section *section,
                      enum draft_key key, struct policy_texts *textsp);

/*
 * The values of a list of names, canonical and ascending. What is an address or a network goes into
 * *networksp, or is refused where that is NULL. What is there twice is refused.
 */
int policy_names_take(const struct check *check, const struct draft_section *section,
                      enum draft_key key, struct policy_texts *textsp,
                      struct policy_networks *networksp);

/* The values of a list of addresses and networks, in order. */
int policy_networks_take(const struct check *check, const struct draft_section *section,
                         enum draft_key key, struct policy_networks *networksp);

/* The values of a list of digests, ascending. */
int policy_pins_take(const struct check *check, const struct draft_section *section,
                     enum draft_key key, const uint8_t (**pinsp)[POLICY_PIN_BYTES],
                     size_t *n_pinsp);

/* A moment; where the section has none, *momentp stays as it is. */
int policy_moment_take(const struct check *check, const struct draft_section *section,
                       enum draft_key key, bool is_end, int64_t *momentp);

/* A whole number from `min` to `max`; where the section has none, *numberp stays as it is. */
int policy_count_take(const struct check *check, const struct draft_section *section,
                      enum draft_key key, unsigned min, unsigned max, unsigned *numberp);

/* The pinset of that name, or NULL. */
const struct policy_pinset *policy_pinset_find(const struct policy *policy, const char *name);
