/* SPDX-License-Identifier: MIT */
#include "daemon/identity/match_switches.h"

#include <string.h>

#include "daemon/identity/name.h"

bool match_switches_has_star(const struct identity *presented)
{
    return presented->len > 0 && memchr(presented->data, '*', presented->len);
}

static bool is_star_left_label(const struct identity *presented)
{
    return presented->data[0] == '*' && name_label_len(presented->data, presented->len) == 1 &&
           (presented->len == 1 || !memchr(presented->data + 1, '*', presented->len - 1));
}

/*
 * Returns whether the star is directly below a suffix that the switch protects. RFC 9525 section
 * 6.3 leaves that decision to local policy.
 */
static bool is_under_public_suffix(const struct match_rules *rules,
                                   const struct reference *reference)
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
    if (!match_switches_has_star(presented))
        return MISS_NONE;

    switch (rules->rules.wildcards) {
    case RULE_WILDCARDS_AS_SET:
        break;
    case RULE_WILDCARDS_LEFT_LABEL:
        if (!is_star_left_label(presented))
            return MISS_WILDCARD_PLACE;
        break;
    default:
        return MISS_WILDCARD_OFF;
    }
    return is_under_public_suffix(rules, reference) ? MISS_WILDCARD_PUBLIC_SUFFIX : MISS_NONE;
}

bool match_switches_take_subject(const struct rules *rules)
{
    if (rules->common_name == RULE_COMMON_NAME_AS_SET)
        return rules->set != RULES_RFC9525;
    return rules->common_name == RULE_COMMON_NAME_YES;
}
