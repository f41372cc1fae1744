/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A candidate is one reference of a request, with the rule of the policy that applies to it and the
 * result of comparing names. A request is accepted if any one of its candidates is accepted by its
 * own rule.
 */

#include <stdbool.h>
#include <stddef.h>

#include "daemon/identity/match.h"
#include "daemon/identity/reference.h"
#include "daemon/policy/policy.h"
#include "proto/request.h"
#include "proto/verdict.h"

/* The identities that a certificate presents, as far as the comparison of names needs it. */
struct presenter {
    const struct identity *identities;
    size_t n_identities;
    bool is_signer; /* the certificate may sign other certificates */
};

/* A zero-initialised candidate matches nothing. */
struct candidate {
    bool is_named; /* false: the request has no reference, and only `rule` and `subject` are used */
    struct reference reference;
    struct policy_rule rule;
    struct policy_subject subject; /* borrows from `reference` */
    struct match_rules match_rules;
    struct match_result names;
    bool by_common_name; /* the identity that matches is a common name */
    enum match reported; /* with rule.has_report: whether an identity matches by rule.report */
};

/*
 * Finds the rule for a reference and parses the reference by that rule. The domain in the reference
 * decides which rule applies, and the rule decides how the reference is parsed. So the reference is
 * parsed twice: by the most permissive rule set to find the rule, then by the rule's own set; both
 * have to accept it. `reference` is NULL if the request has none. The candidate must not be moved
 * or copied afterwards, since it points into itself.
 *
 * Returns 0, a positive enum reference_fault, or a negative errno for a failure of our own.
 */
int candidate_init(struct candidate *candidate, const struct policy *policy, uint32_t client_class,
                   const struct request_reference *reference);

/*
 * Compares the reference with the identities that the certificate presents, by the rule that is
 * enforced and by the one that is only reported. If the reported rule set refuses the reference
 * itself, nothing matches by it.
 *
 * Returns 0 or a negative errno for a failure of our own.
 */
int candidate_match(struct candidate *candidate, const struct suffix_list *suffixes,
                    const struct request_reference *reference, const struct presenter *presenter);

/*
 * Returns whether the reference may be sent as server_name (RFC 6066 section 3): it has to be a
 * host name by the rules of rfc9525 too.
 */
bool candidate_may_be_sni(const struct candidate *candidate,
                          const struct request_reference *reference);

/* Returns the type of the reference as a verdict shows it. */
enum verdict_identity_type candidate_type(const struct candidate *candidate);
