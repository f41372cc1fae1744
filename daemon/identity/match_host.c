/* SPDX-License-Identifier: MIT */
#include "daemon/identity/match_host.h"

#include <string.h>

#include "daemon/identity/match_switches.h"
#include "daemon/identity/name.h"
#include "daemon/identity/rule_set.h"

/*
 * The rule set decides whether a name matches. The switches (match_switches.h) are applied only
 * after a match, so they can refuse and never accept.
 */

/*
 * Compares the octets of addresses. An IPv4-mapped IPv6 address has 16 octets, so it never equals
 * the IPv4 address that it maps.
 */
static enum miss compare_address(const struct reference *reference,
                                 const struct identity *presented)
{
    if (presented->len != 4 && presented->len != 16)
        return MISS_ADDRESS_LENGTH;
    if (presented->len != reference->address_len)
        return MISS_ADDRESS_FAMILY;
    return memcmp(presented->data, reference->address, presented->len) == 0 ? MISS_NONE
                                                                            : MISS_ADDRESS;
}

static enum miss compare_by_set(enum rule_set set, const struct reference *reference,
                                const struct identity *presented)
{
    switch (set) {
    case RULES_RFC9525:
        return rule_set_rfc9525_miss((const uint8_t *)reference->value, reference->value_len,
                                     presented);
    case RULES_PYTHON_3_7:
        return rule_set_openssl_miss(reference, presented, false);
    case RULES_PYTHON_3_5:
        return rule_set_python_3_5_miss(reference, presented);
    case RULES_OPENSSL:
        return rule_set_openssl_miss(reference, presented, true);
    default:
        return MISS_OTHER_RULES;
    }
}

static enum miss compare_name(const struct match_rules *rules, const struct reference *reference,
                              const struct identity *presented)
{
    enum miss miss = compare_by_set(rules->rules.set, reference, presented);

    return miss == MISS_NONE ? match_switches_miss(rules, reference, presented) : miss;
}

enum miss match_host_common_name_miss(const struct match_rules *rules,
                                      const struct reference *reference)
{
    if (reference->type == IDENTITY_IP && rules->rules.set != RULES_PYTHON_3_5)
        return MISS_CN_FOR_ADDRESS;
    return match_switches_take_subject(&rules->rules) ? MISS_NONE : MISS_CN_OFF;
}

static enum miss compare_common_name(const struct match_rules *rules,
                                     const struct reference *reference,
                                     const struct identity *presented)
{
    if (!presented->data && rules->rules.set != RULES_RFC9525)
        return MISS_MALFORMED;
    return compare_name(rules, reference, presented);
}

static bool is_address_as_name(const struct reference *reference, const struct identity *presented)
{
    return reference->type == IDENTITY_IP && presented->type == IDENTITY_DNS &&
           name_equal(presented->data, presented->len, (const uint8_t *)reference->value,
                      reference->value_len);
}

enum miss match_host_miss(const struct match_rules *rules, const struct reference *reference,
                          const struct identity *presented)
{
    enum miss miss;

    if (presented->type == IDENTITY_CN) {
        miss = match_host_common_name_miss(rules, reference);
        return miss == MISS_NONE ? compare_common_name(rules, reference, presented) : miss;
    }
    if (is_address_as_name(reference, presented))
        return MISS_ADDRESS_AS_NAME;
    if (presented->type != reference->type)
        return MISS_OTHER_TYPE;
    return presented->type == IDENTITY_IP ? compare_address(reference, presented)
                                          : compare_name(rules, reference, presented);
}
