/* SPDX-License-Identifier: MIT */
#include "daemon/identity/match_internal.h"

#include <string.h>

#include "daemon/identity/name.h"
#include "daemon/identity/rule_set.h"

/*
 * A host and one identity. A rule set says what matches; the switches are asked only of what does,
 * so that they never do anything but refuse.
 */

/* Octet for octet. An IPv4-mapped address has 16 and is not its IPv4 one. */
static enum miss address_miss(const struct reference *reference, const struct identity *presented)
{
    if (presented->len != 4 && presented->len != 16)
        return MISS_MALFORMED;
    if (presented->len != reference->address_len)
        return MISS_ADDRESS_FAMILY;
    return memcmp(presented->data, reference->address, presented->len) == 0 ? MISS_NONE
                                                                            : MISS_ADDRESS;
}

bool match_holds_star(const struct identity *presented)
{
    return presented->len > 0 && memchr(presented->data, '*', presented->len);
}

static bool star_is_left_label(const struct identity *presented)
{
    return presented->data[0] == '*' && name_label_len(presented->data, presented->len) == 1 &&
           (presented->len == 1 || !memchr(presented->data + 1, '*', presented->len - 1));
}

/* RFC 9525 section 6.3 leaves public suffixes to local policy, and this is it. */
static bool under_public_suffix(const struct match_rules *rules, const struct reference *reference)
{
    enum suffix_section section = SUFFIX_ALL;
    const uint8_t *parent;
    size_t parent_len;

    if (rules->rules.public_suffix == RULE_PUBLIC_SUFFIX_AS_SET) {
        if (rules->rules.set != RULES_RFC9525)
            return false;
        section = SUFFIX_ICANN;
    } else if (rules->rules.public_suffix == RULE_PUBLIC_SUFFIX_REFUSE_ICANN) {
        section = SUFFIX_ICANN;
    }

    parent = name_parent((const uint8_t *)reference->domain, reference->domain_len, &parent_len);
    return suffix_list_is_public(rules->suffixes, section, (const char *)parent, parent_len);
}

enum miss match_switches_miss(const struct match_rules *rules, const struct reference *reference,
                              const struct identity *presented)
{
    if (!match_holds_star(presented))
        return MISS_NONE;

    switch (rules->rules.wildcards) {
    case RULE_WILDCARDS_AS_SET:
        break;
    case RULE_WILDCARDS_LEFT_LABEL:
        if (!star_is_left_label(presented))
            return MISS_WILDCARD_PLACE;
        break;
    default:
        return MISS_WILDCARD_OFF;
    }
    return under_public_suffix(rules, reference) ? MISS_WILDCARD_PUBLIC_SUFFIX : MISS_NONE;
}

static enum miss set_miss(enum rule_set set, const struct reference *reference,
                          const struct identity *presented)
{
    switch (set) {
    case RULES_RFC9525:
        return set_rfc9525_name((const uint8_t *)reference->value, reference->value_len, presented);
    case RULES_PYTHON_3_7:
        return set_openssl_name(reference, presented, false);
    case RULES_PYTHON_3_5:
        return set_python_3_5_name(reference, presented);
    case RULES_OPENSSL:
        return set_openssl_name(reference, presented, true);
    default:
        return MISS_OTHER_RULES;
    }
}

static enum miss name_miss(const struct match_rules *rules, const struct reference *reference,
                           const struct identity *presented)
{
    enum miss miss = set_miss(rules->rules.set, reference, presented);

    return miss == MISS_NONE ? match_switches_miss(rules, reference, presented) : miss;
}

bool match_subject_counts(const struct rules *rules)
{
    if (rules->common_name == RULE_COMMON_NAME_AS_SET)
        return rules->set != RULES_RFC9525;
    return rules->common_name == RULE_COMMON_NAME_YES;
}

enum miss match_common_name_miss(const struct match_rules *rules, const struct reference *reference)
{
    if (reference->type == IDENTITY_IP && rules->rules.set != RULES_PYTHON_3_5)
        return MISS_CN_FOR_ADDRESS;
    return match_subject_counts(&rules->rules) ? MISS_NONE : MISS_CN_OFF;
}

static enum miss common_name_compare(const struct match_rules *rules,
                                     const struct reference *reference,
                                     const struct identity *presented)
{
    if (!presented->data && rules->rules.set != RULES_RFC9525)
        return MISS_MALFORMED;
    return name_miss(rules, reference, presented);
}

static enum miss host_miss(const struct match_rules *rules, const struct reference *reference,
                           const struct identity *presented)
{
    enum miss miss;

    if (presented->type == IDENTITY_CN) {
        miss = match_common_name_miss(rules, reference);
        return miss == MISS_NONE ? common_name_compare(rules, reference, presented) : miss;
    }
    if (presented->type != reference->type)
        return MISS_OTHER_TYPE;
    return presented->type == IDENTITY_IP ? address_miss(reference, presented)
                                          : name_miss(rules, reference, presented);
}

enum miss match_one(const struct match_rules *rules, const struct reference *reference,
                    const struct identity *presented)
{
    if (presented->type == IDENTITY_MALFORMED)
        return MISS_MALFORMED;
    if (reference->type == IDENTITY_NONE)
        return MISS_OTHER_TYPE;
    if (reference->set != rules->rules.set)
        return MISS_OTHER_RULES;

    switch (reference->kind) {
    case REFERENCE_HOST:
        return host_miss(rules, reference, presented);
    case REFERENCE_EMAIL:
        return match_email_miss(rules, reference, presented);
    case REFERENCE_URI:
    case REFERENCE_SPIFFE:
        return match_uri_miss(reference, presented);
    case REFERENCE_SRV:
        return match_srv_miss(rules, reference, presented);
    default:
        return MISS_OTHER_TYPE;
    }
}
