/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A candidate: one reference of a request with the rule that holds for it, and what the names say.
 * Any one of a request's candidates suffices, each by its own rule.
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
    bool is_named; /* no: the request names nobody, and only the rule is of use */
    struct reference reference;
    struct policy_rule rule;
    struct policy_subject subject; /* borrows from the reference */
    struct match_rules match_rules;
    struct match_result names;
    bool by_common_name; /* what matches is a common name */
    enum match reported; /* by the rules that are only reported, if there are any */
};

/*
 * Finds the rule for a reference and reads the reference by it. Which rule set says what a
 * reference may be is up to the domain that it names: so it is read as the laxest would, to find
 * the rule, and then by the rule. Both have to take it. `reference` is NULL where the request names
 * nobody. The candidate must not move afterwards.
 *
 * 0, a positive enum reference_fault, or -ENOMEM.
 */
int candidate_init(struct candidate *candidate, const struct policy *policy, uint32_t client_class,
                   const struct request_reference *reference);

/*
 * Compares the reference with what the certificate presents, also by rules that are only reported:
 * a reference that they do not take at all matches nothing by them. 0 or -ENOMEM.
 */
int candidate_match(struct candidate *candidate, const struct suffix_list *suffixes,
                    const struct request_reference *reference,
                    const struct certificate *certificate);

/* Whether it may be sent as server_name (RFC 6066 section 3): a host name, and one that is one by
 * every rule set. */
bool candidate_may_be_sni(const struct candidate *candidate,
                          const struct request_reference *reference);

/* The type that a verdict shows of the reference. */
enum verdict_identity_type candidate_type(const struct candidate *candidate);
