/* SPDX-License-Identifier: MIT */
#include "daemon/policy/trust.h"

#include "daemon/policy/names.h"
#include "daemon/policy/network.h"

static bool names_cover(const struct policy_texts *names, const struct policy_subject *subject)
{
    return subject->type == POLICY_SUBJECT_NAME &&
           policy_names_cover(names, subject->name, subject->len);
}

bool policy_trust_permits(const struct policy_trust *trust, const struct policy_subject *subject)
{
    if (names_cover(&trust->excluded_dns, subject) ||
        policy_networks_have(&trust->excluded_ip, subject))
        return false;
    if (trust->permitted_dns.n_texts == 0 && trust->permitted_ip.n_networks == 0)
        return true;
    return names_cover(&trust->permitted_dns, subject) ||
           policy_networks_have(&trust->permitted_ip, subject);
}
