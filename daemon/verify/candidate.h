/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A candidate is one reference of a request together with the rule of the policy that applies to it
 * and the result of comparing names. A request is accepted if any one of its candidates is, each by
 * its own rule.
 */

#include <stdbool.h>
#include <stddef.h>

#include "daemon/identity/match.h"
#include "daemon/identity/reference.h"
#include "daemon/policy/policy.h"
#include "daemon/x509/parse/certificate.h"
#include "proto/request.h"
#include "proto/verdict.h"

/* Zero-initialised, it matches nothing. */
struct candidate {
    bool is_named; /* false: the request has no reference, and only `rule` is used */
    struct reference reference;
    struct policy_rule rule;
    struct policy_subject subject; /* borrows from `reference` */
    struct match_rules match_rules;
    struct match_result names;
    bool by_common_name; /* the identity that matches is a common name */
    enum match reported; /* the result by the rules that are only reported, if rule.has_report */
};

/*
 * Finds the rule for a reference and parses the reference by that rule. The rule set depends on the
 * domain in the reference, so the reference is parsed twice: by the laxest rule set to find the
 * rule, then by the rule's own. Both have to accept it. `reference` is NULL if the request has
 * none. The candidate must not be moved or copied afterwards.
 *
 * Returns 0, a positive enum reference_fault, or a negative errno for a failure of our own.
 */
int candidate_init(struct candidate *candidate, const struct policy *policy, uint32_t client_class,
                   const struct request_reference *reference);

/*
 * Compares the reference with the identities that the certificate presents, by the rule that
 * applies and by the rules that are only reported. A reference that the latter refuse matches
 * nothing by them.
 *
 * Returns 0 or a negative errno for a failure of our own.
 */
int candidate_match(struct candidate *candidate, const struct suffix_list *suffixes,
                    const struct request_reference *reference,
                    const struct certificate *certificate);

/* Returns whether the reference may be sent as server_name (RFC 6066 section 3): it is a host name
 * by the rules of rfc9525 as well. */
bool candidate_may_be_sni(const struct candidate *candidate,
                          const struct request_reference *reference);

/* Returns the type of the reference as a verdict shows it. */
enum verdict_identity_type candidate_type(const struct candidate *candidate);
