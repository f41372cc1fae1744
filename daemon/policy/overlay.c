/* SPDX-License-Identifier: MIT */
#include "daemon/policy/choice.h"
#include "daemon/policy/settings.h"
#include "daemon/policy/table.h"

/*
 * Which of two choices is the stricter. Most keys' words are numbered from the strictest on; those
 * of the matching engine are not, and unset is among them.
 */
static const uint8_t wildcards_rank[] = {
    [RULE_WILDCARDS_NONE] = 0,
    [RULE_WILDCARDS_LEFT_LABEL] = 1,
    [RULE_WILDCARDS_AS_SET] = 2,
};
static const uint8_t public_suffix_rank[] = {
    [RULE_PUBLIC_SUFFIX_REFUSE_ALL] = 0,
    [RULE_PUBLIC_SUFFIX_REFUSE_ICANN] = 1,
    [RULE_PUBLIC_SUFFIX_AS_SET] = 2,
};

static uint8_t stricter_by(const uint8_t *rank, uint8_t one, uint8_t other)
{
    return rank[one] <= rank[other] ? one : other;
}

/* Not a peer's rules at the same time accept less than another's; less than each of them does
 * rfc9525. */
static uint8_t stricter_rules(uint8_t one, uint8_t other)
{
    return one == other ? one : (uint8_t)RULES_RFC9525;
}

/* Unset is what the rule set has: no for rfc9525, yes for its peers. */
static uint8_t common_name_settled(const struct policy_settings *settings)
{
    uint8_t chosen = settings->chosen[DRAFT_COMMON_NAME];

    if (chosen != RULE_COMMON_NAME_AS_SET)
        return chosen;
    return settings->chosen[DRAFT_RULES] == RULES_RFC9525 ? RULE_COMMON_NAME_NO
                                                          : RULE_COMMON_NAME_YES;
}

static uint8_t stricter_common_name(const struct policy_settings *settings,
                                    const struct policy_settings *client)
{
    uint8_t one = common_name_settled(settings);
    uint8_t other = client->chosen[DRAFT_COMMON_NAME];

    if (one == RULE_COMMON_NAME_NO || other == RULE_COMMON_NAME_NO)
        return RULE_COMMON_NAME_NO;
    return one == POLICY_CHOICE_COMMON_NAME_REPORT ? one : other;
}

static int stricter_depth(int one, int other)
{
    if (one < 0 || other < 0)
        return one < 0 ? other : one;
    return one < other ? one : other;
}

static bool is_report(unsigned key)
{
    static const uint32_t reports = 1u << DRAFT_RULES_REPORT | 1u << DRAFT_WILDCARDS_REPORT |
                                    1u << DRAFT_PUBLIC_SUFFIX_WILDCARDS_REPORT |
                                    1u << DRAFT_TRUST_NAMES_REPORT |
                                    1u << DRAFT_CERTIFICATES_REPORT | 1u << DRAFT_ANCHORS_REPORT |
                                    1u << DRAFT_REVOCATION_REPORT | 1u << DRAFT_MAX_DEPTH_REPORT;

    return (reports & 1u << key) != 0;
}

static bool is_named(const struct policy_settings *settings, unsigned key)
{
    return (settings->named & 1u << key) != 0;
}

/* Beside what is chosen, that they are there. */
static void reports_overlay(struct policy_settings *settings, const struct policy_settings *client)
{
    if (is_named(client, DRAFT_MAX_DEPTH_REPORT))
        settings->max_depth_report = client->max_depth_report;
    if (is_named(client, DRAFT_TRUST_NAMES_REPORT))
        settings->trusts_report = client->trusts_report;
}

void policy_settings_overlay(struct policy_settings *settings, const struct policy_settings *client)
{
    for (unsigned key = 0; key < DRAFT_SETTINGS; key++)
        if (is_named(client, key))
            settings->chosen[key] = client->chosen[key];
    if (is_named(client, DRAFT_MAX_DEPTH))
        settings->max_depth = client->max_depth;
    if (is_named(client, DRAFT_TRUST_NAMES))
        settings->trusts = client->trusts;
    reports_overlay(settings, client);
}

static uint8_t stricter(unsigned key, uint8_t one, uint8_t other)
{
    if (is_report(key))
        return other;
    switch (key) {
    case DRAFT_RULES:
        return stricter_rules(one, other);
    case DRAFT_WILDCARDS:
        return stricter_by(wildcards_rank, one, other);
    case DRAFT_PUBLIC_SUFFIX_WILDCARDS:
        return stricter_by(public_suffix_rank, one, other);
    default:
        return one < other ? one : other;
    }
}

void policy_settings_tighten(struct policy_settings *settings, const struct policy_settings *client)
{
    /* before the rule set, by which an unset one is read */
    if (is_named(client, DRAFT_COMMON_NAME))
        settings->chosen[DRAFT_COMMON_NAME] = stricter_common_name(settings, client);
    for (unsigned key = 0; key < DRAFT_SETTINGS; key++)
        if (key != DRAFT_COMMON_NAME && is_named(client, key))
            settings->chosen[key] = stricter(key, settings->chosen[key], client->chosen[key]);
    if (is_named(client, DRAFT_MAX_DEPTH))
        settings->max_depth = stricter_depth(settings->max_depth, client->max_depth);
    if (is_named(client, DRAFT_TRUST_NAMES))
        settings->trusts &= client->trusts;
    reports_overlay(settings, client);
}
