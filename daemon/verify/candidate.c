/* SPDX-License-Identifier: MIT */
#include "daemon/verify/candidate.h"

#include <string.h>

_Static_assert(
    (int)REQUEST_HOST == REFERENCE_HOST && (int)REQUEST_EMAIL == REFERENCE_EMAIL &&
        (int)REQUEST_URI == REFERENCE_URI && (int)REQUEST_SPIFFE == REFERENCE_SPIFFE &&
        (int)REQUEST_SRV == REFERENCE_SRV,
    "the kinds of references on the wire have the numbers of the matching engine's kinds");

static int parse(struct reference *reference, enum rule_set set,
                 const struct request_reference *asked)
{
    return reference_parse(reference, (enum reference_kind)asked->kind, set, asked->text.data,
                           asked->text.len);
}

static struct policy_subject make_subject(const struct reference *reference)
{
    if (reference->domain_is_address)
        return (struct policy_subject){
            .type = POLICY_SUBJECT_IP,
            .address = reference->address,
            .address_len = reference->address_len,
        };
    if (reference->domain_len == 0)
        return (struct policy_subject){.type = POLICY_SUBJECT_NONE};
    return (struct policy_subject){
        .type = POLICY_SUBJECT_NAME,
        .name = reference->domain,
        .len = reference->domain_len,
    };
}

static void find_rule(struct candidate *candidate, const struct policy *policy,
                      uint32_t client_class)
{
    candidate->subject = candidate->is_named ? make_subject(&candidate->reference)
                                             : (struct policy_subject){.type = POLICY_SUBJECT_NONE};
    policy_rule_for(policy, &candidate->subject, client_class, &candidate->rule);
}

int candidate_init(struct candidate *candidate, const struct policy *policy, uint32_t client_class,
                   const struct request_reference *reference)
{
    int lax_fault, r;

    *candidate = (struct candidate){.is_named = reference != NULL};
    if (!reference) {
        find_rule(candidate, policy, client_class);
        return 0;
    }
    lax_fault = parse(&candidate->reference, RULES_OPENSSL, reference);
    if (lax_fault < 0)
        return lax_fault;
    find_rule(candidate, policy, client_class);
    r = parse(&candidate->reference, candidate->rule.rules.set, reference);
    if (r == 0)
        candidate->subject = make_subject(&candidate->reference);
    return r ? r : lax_fault;
}

int candidate_match(struct candidate *candidate, const struct suffix_list *suffixes,
                    const struct request_reference *reference, const struct presenter *presenter)
{
    struct match_rules rules = {
        .suffixes = suffixes,
        .rules = candidate->rule.report,
        .is_signer = presenter->is_signer,
    };
    struct match_result names = {0};
    struct reference read;
    const struct identity *identities = presenter->identities;
    size_t n = presenter->n_identities;
    int r;

    candidate->match_rules = (struct match_rules){
        .suffixes = suffixes,
        .rules = candidate->rule.rules,
        .is_signer = rules.is_signer,
    };
    match_all(&candidate->match_rules, &candidate->reference, identities, n, &candidate->names);
    candidate->by_common_name = candidate->names.match == MATCH_FOUND &&
                                identities[candidate->names.matched].type == IDENTITY_CN;
    if (!candidate->rule.has_report)
        return 0;
    r = parse(&read, rules.rules.set, reference);
    if (r < 0)
        return r;
    if (r == 0)
        match_all(&rules, &read, identities, n, &names);
    candidate->reported = names.match;
    return 0;
}

bool candidate_may_be_sni(const struct candidate *candidate,
                          const struct request_reference *reference)
{
    struct reference read;

    if (!candidate->is_named || candidate->reference.type != IDENTITY_DNS)
        return false;
    return candidate->rule.rules.set == RULES_RFC9525 ||
           parse(&read, RULES_RFC9525, reference) == 0;
}

enum verdict_identity_type candidate_type(const struct candidate *candidate)
{
    switch (candidate->reference.kind) {
    case REFERENCE_HOST:
        return candidate->reference.type == IDENTITY_IP ? VERDICT_IP_ID : VERDICT_DNS_ID;
    case REFERENCE_EMAIL:
        return VERDICT_EMAIL;
    case REFERENCE_URI:
        return VERDICT_URI_ID;
    case REFERENCE_SPIFFE:
        return VERDICT_SPIFFE_ID;
    case REFERENCE_SRV:
        return VERDICT_SRV_ID;
    }
    return VERDICT_IDENTITY_UNSPECIFIED;
}
