/* SPDX-License-Identifier: MIT */
#include "daemon/policy/keyword.h"
#include "daemon/policy/settings.h"

/*
 * Combines the settings of a domain with those of a client. For most keys a smaller index of a
 * keyword is stricter. For the matching engine's switches that is not so, since they may be unset;
 * these tables give their order of strictness, 0 for the strictest.
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

static uint8_t choose_by_rank(const uint8_t *rank, uint8_t one, uint8_t other)
{
    return rank[one] <= rank[other] ? one : other;
}

/*
 * Returns the stricter of two rule sets. If they differ, that is rfc9525: it accepts less than any
 * rule set that emulates another program, and those do not contain each other.
 */
static uint8_t choose_rules(uint8_t one, uint8_t other)
{
    return one == other ? one : (uint8_t)RULES_RFC9525;
}

/*
 * Returns whether the common name counts, as a value of enum rule_common_name. If the key is unset,
 * the rule set decides: rfc9525 does not use common names, the emulating rule sets do.
 */
static uint8_t settle_common_name(const struct policy_settings *settings)
{
    uint8_t chosen = settings->chosen[POLICY_KEY_COMMON_NAME];

    if (chosen != RULE_COMMON_NAME_AS_SET)
        return chosen;
    return settings->chosen[POLICY_KEY_RULES] == RULES_RFC9525 ? RULE_COMMON_NAME_NO
                                                               : RULE_COMMON_NAME_YES;
}

static uint8_t choose_common_name(const struct policy_settings *settings,
                                  const struct policy_settings *client)
{
    uint8_t one = settle_common_name(settings);
    uint8_t other = client->chosen[POLICY_KEY_COMMON_NAME];

    if (one == RULE_COMMON_NAME_NO || other == RULE_COMMON_NAME_NO)
        return RULE_COMMON_NAME_NO;
    return one == POLICY_KEYWORD_COMMON_NAME_REPORT ? one : other;
}

static int choose_depth(int one, int other)
{
    if (one < 0 || other < 0)
        return one < 0 ? other : one;
    return one < other ? one : other;
}

static bool is_report(unsigned key)
{
    static const uint32_t reports = 1u << POLICY_KEY_RULES_REPORT |
                                    1u << POLICY_KEY_WILDCARDS_REPORT |
                                    1u << POLICY_KEY_PUBLIC_SUFFIX_WILDCARDS_REPORT |
                                    1u << POLICY_KEY_TRUST_NAMES_REPORT |
                                    1u << POLICY_KEY_CERTIFICATES_REPORT |
                                    1u << POLICY_KEY_ANCHORS_REPORT |
                                    1u << POLICY_KEY_REVOCATION_REPORT |
                                    1u << POLICY_KEY_MAX_DEPTH_REPORT;

    return (reports & 1u << key) != 0;
}

static bool sets_key(const struct policy_settings *settings, unsigned key)
{
    return (settings->set_keys & 1u << key) != 0;
}

/* Copies the values of those reports that are not keywords: max-depth and trust. */
static void overlay_reports(struct policy_settings *settings, const struct policy_settings *client)
{
    if (sets_key(client, POLICY_KEY_MAX_DEPTH_REPORT))
        settings->max_depth_report = client->max_depth_report;
    if (sets_key(client, POLICY_KEY_TRUST_NAMES_REPORT))
        settings->trusts_report = client->trusts_report;
}

/*
 * Remembers whether the client's section sets a profile for certificates: such a profile also holds
 * for the anchors of trust sections that have a profile of their own.
 */
static void overlay_profiles(struct policy_settings *settings, const struct policy_settings *client)
{
    settings->certificates_set |= sets_key(client, POLICY_KEY_CERTIFICATES);
    settings->certificates_report_set |= sets_key(client, POLICY_KEY_CERTIFICATES_REPORT);
}

void policy_settings_overlay(struct policy_settings *settings, const struct policy_settings *client)
{
    for (unsigned key = 0; key < POLICY_KEY_SETTINGS_COUNT; key++)
        if (sets_key(client, key))
            settings->chosen[key] = client->chosen[key];
    if (sets_key(client, POLICY_KEY_MAX_DEPTH))
        settings->max_depth = client->max_depth;
    if (sets_key(client, POLICY_KEY_TRUST_NAMES))
        settings->trusts = client->trusts;
    if (sets_key(client, POLICY_KEY_CLOCK_SKEW))
        settings->clock_skew_ms = client->clock_skew_ms;
    if (sets_key(client, POLICY_KEY_OCSP_MAX_AGE))
        settings->ocsp_max_age_ms = client->ocsp_max_age_ms;
    overlay_reports(settings, client);
    overlay_profiles(settings, client);
}

static uint8_t choose_stricter(unsigned key, uint8_t one, uint8_t other)
{
    if (is_report(key))
        return other;
    switch (key) {
    case POLICY_KEY_RULES:
        return choose_rules(one, other);
    case POLICY_KEY_WILDCARDS:
        return choose_by_rank(wildcards_rank, one, other);
    case POLICY_KEY_PUBLIC_SUFFIX_WILDCARDS:
        return choose_by_rank(public_suffix_rank, one, other);
    default:
        return one < other ? one : other;
    }
}

/*
 * Lowers *msp to the client's value `ms`, if the client's section sets the key: a shorter time is
 * stricter.
 */
static void tighten_time(const struct policy_settings *client, enum policy_key key, uint64_t ms,
                         uint64_t *msp)
{
    if (sets_key(client, key) && ms < *msp)
        *msp = ms;
}

void policy_settings_tighten(struct policy_settings *settings, const struct policy_settings *client)
{
    /* The common name is chosen before the rule set changes, since an unset common name depends on
     * the rule set. */
    if (sets_key(client, POLICY_KEY_COMMON_NAME))
        settings->chosen[POLICY_KEY_COMMON_NAME] = choose_common_name(settings, client);
    for (unsigned key = 0; key < POLICY_KEY_SETTINGS_COUNT; key++)
        if (key != POLICY_KEY_COMMON_NAME && sets_key(client, key))
            settings->chosen[key] = choose_stricter(key, settings->chosen[key],
                                                    client->chosen[key]);
    if (sets_key(client, POLICY_KEY_MAX_DEPTH))
        settings->max_depth = choose_depth(settings->max_depth, client->max_depth);
    if (sets_key(client, POLICY_KEY_TRUST_NAMES))
        settings->trusts &= client->trusts;
    tighten_time(client, POLICY_KEY_CLOCK_SKEW, client->clock_skew_ms, &settings->clock_skew_ms);
    tighten_time(client, POLICY_KEY_OCSP_MAX_AGE, client->ocsp_max_age_ms,
                 &settings->ocsp_max_age_ms);
    overlay_reports(settings, client);
    overlay_profiles(settings, client);
}
