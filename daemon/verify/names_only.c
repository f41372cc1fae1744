/* SPDX-License-Identifier: MIT */
#include "daemon/verify/names_only.h"

#include <stdlib.h>

#include "daemon/policy/deny.h"

const char *names_only_refusal(const struct policy *policy, const struct candidate *candidate)
{
    size_t n;
    const struct policy_deny *denies = policy_denies(policy, &n);

    if (candidate->rule.path != POLICY_PATH_ON_REQUEST)
        return "the policy has the path validated";
    if (candidate->rule.pinset)
        return "the policy pins the keys of this host";
    for (size_t i = 0; i < n; i++) {
        if (policy_deny_has_certificates(&denies[i]))
            return "the policy denies certificates by key or serial number";
    }
    return NULL;
}

/*
 * Returns the identity type for the type in the request. A type that the codec never lets through
 * is treated as a name that cannot be decoded, which matches nothing.
 */
static enum identity_type convert_type(enum verdict_identity_type type)
{
    switch (type) {
    case VERDICT_DNS_ID:
        return IDENTITY_DNS;
    case VERDICT_IP_ID:
        return IDENTITY_IP;
    case VERDICT_CN_ID:
        return IDENTITY_CN;
    case VERDICT_EMAIL:
        return IDENTITY_EMAIL;
    case VERDICT_URI_ID:
        return IDENTITY_URI;
    case VERDICT_SRV_ID:
        return IDENTITY_SRV;
    case VERDICT_OTHER:
        return IDENTITY_OTHER;
    default:
        return IDENTITY_MALFORMED;
    }
}

struct identity *names_only_identities(const struct request *request)
{
    struct identity *identities = calloc(request->n_names + 1, sizeof(*identities));

    for (size_t i = 0; identities && i < request->n_names; i++)
        identities[i] = (struct identity){
            .type = convert_type(request->names[i].type),
            .data = request->names[i].value.data,
            .len = request->names[i].value.len,
        };
    return identities;
}
