/* SPDX-License-Identifier: MIT */
#include "daemon/policy/keyword.h"
#include "daemon/policy/settings.h"

/* Combines the settings of a domain with those of a client. The keywords of most keys are numbered
 * from the strictest on. Those of the matching engine's switches are not, and may be unset, so they
 * are ranked here. */
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

/* Returns the stricter of two rule sets. Rule sets that emulate another program do not contain each
 * other; rfc9525 accepts less than each of them. */
static uint8_t choose_rules(uint8_t one, uint8_t other)
{
    return one == other ? one : (uint8_t)RULES_RFC9525;
}

/* Returns whether the common name counts, resolving an unset key: rfc9525 does not use it, the
 * emulating rule sets do. */
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

static bool is_named(const struct policy_settings *settings, unsigned key)
{
    return (settings->named & 1u << key) != 0;
}

/* Copies the values of the reports that are no keywords. */
static void overlay_reports(struct policy_settings *settings, const struct policy_settings *client)
{
    if (is_named(client, POLICY_KEY_MAX_DEPTH_REPORT))
        settings->max_depth_report = client->max_depth_report;
    if (is_named(client, POLICY_KEY_TRUST_NAMES_REPORT))
        settings->trusts_report = client->trusts_report;
}

/* A profile that the client's section names holds for every anchor. */
static void overlay_profiles(struct policy_settings *settings, const struct policy_settings *client)
{
    settings->certificates_named |= is_named(client, POLICY_KEY_CERTIFICATES);
    settings->certificates_report_named |= is_named(client, POLICY_KEY_CERTIFICATES_REPORT);
}

void policy_settings_overlay(struct policy_settings *settings, const struct policy_settings *client)
{
    for (unsigned key = 0; key < POLICY_KEY_SETTINGS_COUNT; key++)
        if (is_named(client, key))
            settings->chosen[key] = client->chosen[key];
    if (is_named(client, POLICY_KEY_MAX_DEPTH))
        settings->max_depth = client->max_depth;
    if (is_named(client, POLICY_KEY_TRUST_NAMES))
        settings->trusts = client->trusts;
    if (is_named(client, POLICY_KEY_CLOCK_SKEW))
        settings->clock_skew_ms = client->clock_skew_ms;
    if (is_named(client, POLICY_KEY_OCSP_MAX_AGE))
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

/* The shorter time is the stricter one. */
static void tighten_time(const struct policy_settings *client, enum policy_key key, uint64_t ms,
                         uint64_t *msp)
{
    if (is_named(client, key) && ms < *msp)
        *msp = ms;
}

void policy_settings_tighten(struct policy_settings *settings, const struct policy_settings *client)
{
    /* Before the rule set changes, since an unset common name depends on it. */
    if (is_named(client, POLICY_KEY_COMMON_NAME))
        settings->chosen[POLICY_KEY_COMMON_NAME] = choose_common_name(settings, client);
    for (unsigned key = 0; key < POLICY_KEY_SETTINGS_COUNT; key++)
        if (key != POLICY_KEY_COMMON_NAME && is_named(client, key))
            settings->chosen[key] = choose_stricter(key, settings->chosen[key],
                                                    client->chosen[key]);
    if (is_named(client, POLICY_KEY_MAX_DEPTH))
        settings->max_depth = choose_depth(settings->max_depth, client->max_depth);
    if (is_named(client, POLICY_KEY_TRUST_NAMES))
        settings->trusts &= client->trusts;
    tighten_time(client, POLICY_KEY_CLOCK_SKEW, client->clock_skew_ms, &settings->clock_skew_ms);
    tighten_time(client, POLICY_KEY_OCSP_MAX_AGE, client->ocsp_max_age_ms,
                 &settings->ocsp_max_age_ms);
    overlay_reports(settings, client);
    overlay_profiles(settings, client);
}
