/* SPDX-License-Identifier: MIT */
#include "daemon/x509/path/profile_internal.h"

#include <openssl/x509_vfy.h>

/* Each predicate returns whether its rule is broken. Facts of an absent extension are zero. */

/* --- usages --- */

static bool extended_missing(const struct facts *facts)
{
    return !facts->extended.present;
}

static bool extended_present(const struct facts *facts)
{
    return facts->extended.present;
}

static bool extended_critical(const struct facts *facts)
{
    return facts->extended.critical;
}

static bool extended_empty(const struct facts *facts)
{
    return facts->extended.present && facts->usages == 0;
}

static bool usage_server_missing(const struct facts *facts)
{
    return facts->extended.present && !(facts->usages & (USAGE_SERVER | USAGE_ANY));
}

static bool usage_client_missing(const struct facts *facts)
{
    return facts->extended.present && !(facts->usages & (USAGE_CLIENT | USAGE_ANY));
}

/*
 * The Baseline Requirements, section 7.1.2.7.10: usages that a server's certificate must not have.
 */
static bool usage_forbidden_server(const struct facts *facts)
{
    return facts->usages &
           (USAGE_ANY | USAGE_CODE | USAGE_EMAIL | USAGE_TIME | USAGE_OCSP | USAGE_PRECERTIFICATE);
}

static bool usage_any(const struct facts *facts)
{
    return facts->usages & USAGE_ANY;
}

/* --- names --- */

static bool alternative_missing(const struct facts *facts)
{
    return !facts->alternative_state.present;
}

static bool alternative_empty(const struct facts *facts)
{
    return facts->alternative_state.present && sk_GENERAL_NAME_num(facts->alternative) <= 0;
}

static bool alternative_noncritical(const struct facts *facts)
{
    return facts->subject_empty && !facts->alternative_state.critical;
}

static bool alternative_critical(const struct facts *facts)
{
    return !facts->subject_empty && facts->alternative_state.critical;
}

static bool constraints_stray(const struct facts *facts)
{
    return facts->constraints_state.present && !facts->ca;
}

static bool constraints_noncritical(const struct facts *facts)
{
    return facts->constraints_state.present && !facts->constraints_state.critical;
}

/*
 * RFC 5280 section 4.2.1.10: the extension has to have at least one list, and no list may be empty.
 */
static bool constraints_empty(const struct facts *facts)
{
    const NAME_CONSTRAINTS *constraints = facts->constraints;

    if (!constraints)
        return false;
    return (!constraints->permittedSubtrees && !constraints->excludedSubtrees) ||
           sk_GENERAL_SUBTREE_num(constraints->permittedSubtrees) == 0 ||
           sk_GENERAL_SUBTREE_num(constraints->excludedSubtrees) == 0;
}

/* --- policies and access --- */

static bool any_policy_mapped(const struct facts *facts)
{
    return facts->any_policy_mapped;
}

static bool policy_constraints_noncritical(const struct facts *facts)
{
    return facts->policy_constraints.present && !facts->policy_constraints.critical;
}

static bool inhibit_any_noncritical(const struct facts *facts)
{
    return facts->inhibit_any.present && !facts->inhibit_any.critical;
}

static bool access_critical(const struct facts *facts)
{
    return facts->access.critical || facts->subject_access.critical;
}

/* clang-format off */
static const struct rule rules[] = {
    /* Extended key usage: RFC 5280 section 4.2.1.12; the Baseline Requirements, section 7.1.2. */
    {"extended-key-usage-empty", X509_V_ERR_INVALID_PURPOSE, PLACE_ANY, STRICT, ANYBODY,
     extended_empty, "the extended key usage allows nothing"},
    {"extended-key-usage-missing", NO_CODE, PLACE_LEAF, WEBPKI, ANYBODY, extended_missing,
     "the end entity has no extended key usage"},
    {"extended-key-usage-critical", NO_CODE, PLACE_LEAF, WEBPKI, ANYBODY, extended_critical,
     "the extended key usage is critical"},
    {"extended-key-usage-root", NO_CODE, PLACE_ANCHOR, WEBPKI, ANYBODY, extended_present,
     "the root has an extended key usage"},
    /* This rule applies to every anchor: one that is only for signing code vouches for no host. */
    {"purpose", X509_V_ERR_INVALID_PURPOSE, PLACE_EVERY, EVERY, SERVER,
     usage_server_missing, "the extended key usage is not for servers"},
    {"purpose", X509_V_ERR_INVALID_PURPOSE, PLACE_EVERY, EVERY, CLIENT,
     usage_client_missing, "the extended key usage is not for clients"},
    {"extended-key-usage-forbidden", NO_CODE, PLACE_LEAF, WEBPKI, SERVER, usage_forbidden_server,
     "the extended key usage has one that no server's may have"},
    {"extended-key-usage-forbidden", NO_CODE, PLACE_LEAF, WEBPKI, CLIENT, usage_any,
     "the extended key usage is for anything"},

    /* Names: RFC 5280 sections 4.1.2.6, 4.2.1.6 and 4.2.1.10; the Baseline Requirements, 7.1.4. */
    {"alternative-name-missing", NO_CODE, PLACE_LEAF, WEBPKI, SERVER, alternative_missing,
     "there is no subject alternative name"},
    {"alternative-name-empty", X509_V_ERR_EMPTY_SUBJECT_ALT_NAME, PLACE_ANY, STRICT, ANYBODY,
     alternative_empty, "the subject alternative name is empty"},
    {"alternative-name-not-critical", X509_V_ERR_EMPTY_SUBJECT_SAN_NOT_CRITICAL, PLACE_LEAF, STRICT,
     ANYBODY, alternative_noncritical,
     "the subject is empty, and there is no critical subject alternative name"},
    {"alternative-name-critical", NO_CODE, PLACE_LEAF, WEBPKI, ANYBODY, alternative_critical,
     "the subject alternative name is critical although there is a subject"},
    {"dns-name-syntax", NO_CODE, PLACE_LEAF, STRICT, ANYBODY, profile_dns_bad,
     "a dNSName is not a domain name"},
    {"ip-address-length", NO_CODE, PLACE_LEAF, STRICT, ANYBODY, profile_ip_bad,
     "an iPAddress has neither 4 nor 16 octets"},
    {"common-name-copy", NO_CODE, PLACE_LEAF, WEBPKI, SERVER, profile_common_name_bad,
     "the common name is a host but no copy of one in the subject alternative name"},
    {"name-constraints-not-ca", NO_CODE, PLACE_ANY, STRICT, ANYBODY, constraints_stray,
     "there are name constraints in a certificate that is not a CA's"},
    {"name-constraints-empty", NO_CODE, PLACE_ANY, STRICT, ANYBODY, constraints_empty,
     "the name constraints are empty"},
    {"name-constraints-not-critical", NO_CODE, PLACE_CA, RFC5280, ANYBODY, constraints_noncritical,
     "the name constraints are not critical"},

    /* The rest: RFC 5280 sections 6.1.4 (a), 4.2.1.11, 4.2.1.14 and 4.2.2. */
    {"policy-mapping-any", X509_V_ERR_INVALID_POLICY_EXTENSION, PLACE_CA, EVERY, ANYBODY,
     any_policy_mapped, "a policy is mapped from or to any policy"},
    {"policy-constraints-not-critical", NO_CODE, PLACE_ANY, STRICT, ANYBODY,
     policy_constraints_noncritical, "the policy constraints are not critical"},
    {"inhibit-any-policy-not-critical", NO_CODE, PLACE_ANY, STRICT, ANYBODY, inhibit_any_noncritical,
     "inhibitAnyPolicy is not critical"},
    {"access-critical", NO_CODE, PLACE_ANY, STRICT, ANYBODY, access_critical,
     "the information access is critical"},
};
/* clang-format on */

struct rule_table profile_rules_extensions(void)
{
    return (struct rule_table){.rules = rules, .n = sizeof(rules) / sizeof(*rules)};
}
