/* SPDX-License-Identifier: MIT */
#include "daemon/policy/settings_read.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "daemon/policy/error.h"
#include "daemon/policy/keyword.h"
#include "daemon/policy/number.h"
#include "daemon/policy/section.h"
#include "daemon/policy/values.h"

/*
 * The largest value of max-depth: the daemon never builds a path with more intermediate
 * authorities.
 */
#define MAX_DEPTH_COUNT 16
/* The largest clock skew in seconds: a clock that is off by more than a day is wrong. */
#define CLOCK_SKEW_MAX_S 86400
/* The largest age in seconds of an OCSP response without nextUpdate: a year. */
#define OCSP_MAX_AGE_MAX_S 31536000

/*
 * The keys that report, the key that each of them reports on, and the beginning of the error
 * message about a report that repeats the enforced value.
 */
static const struct {
    enum policy_key report, of;
    const char *what;
} reports[] = {
    {POLICY_KEY_RULES_REPORT, POLICY_KEY_RULES, "these are the rules that are"},
    {POLICY_KEY_WILDCARDS_REPORT, POLICY_KEY_WILDCARDS, "this is what is"},
    {POLICY_KEY_PUBLIC_SUFFIX_WILDCARDS_REPORT, POLICY_KEY_PUBLIC_SUFFIX_WILDCARDS,
     "this is what is"},
    {POLICY_KEY_TRUST_NAMES_REPORT, POLICY_KEY_TRUST_NAMES, "these are the anchors that are"},
    {POLICY_KEY_CERTIFICATES_REPORT, POLICY_KEY_CERTIFICATES, "this is what is"},
    {POLICY_KEY_ANCHORS_REPORT, POLICY_KEY_ANCHORS, "this is what is"},
    {POLICY_KEY_REVOCATION_REPORT, POLICY_KEY_REVOCATION, "this is what is"},
    {POLICY_KEY_MAX_DEPTH_REPORT, POLICY_KEY_MAX_DEPTH, "this is what is"},
};

static bool is_common_name_reported(const struct policy_settings *settings)
{
    return settings->chosen[POLICY_KEY_COMMON_NAME] == POLICY_KEYWORD_COMMON_NAME_REPORT;
}

static bool sets_key(const struct policy_settings *settings, enum policy_key key)
{
    return (settings->set_keys & 1u << key) != 0;
}

/*
 * Returns the index of the value that a key enforces. If a switch is unset, rfc9525 defines the
 * value; under the emulating rule sets an unset switch equals none of the keywords.
 */
static size_t get_enforced(const struct policy_settings *settings, enum policy_key key)
{
    size_t chosen = settings->chosen[key];

    if (chosen != 0 || settings->chosen[POLICY_KEY_RULES] != RULES_RFC9525)
        return chosen;
    if (key == POLICY_KEY_WILDCARDS)
        return RULE_WILDCARDS_LEFT_LABEL;
    if (key == POLICY_KEY_PUBLIC_SUFFIX_WILDCARDS)
        return RULE_PUBLIC_SUFFIX_REFUSE_ICANN;
    return chosen;
}

/* Returns whether a report has the value that is enforced anyway. */
static bool repeats_enforced(const struct policy_settings *settings, size_t index)
{
    enum policy_key of = reports[index].of;

    if (of == POLICY_KEY_TRUST_NAMES)
        return settings->trusts_report == settings->trusts;
    if (of == POLICY_KEY_MAX_DEPTH)
        return settings->max_depth_report == settings->max_depth;
    return settings->chosen[reports[index].report] ==
           POLICY_KEYWORD_REPORT(get_enforced(settings, of));
}

static bool is_report_idle(const struct policy_settings *settings, size_t index, bool is_whole)
{
    bool is_rules = reports[index].of == POLICY_KEY_RULES;

    if (!is_whole && !(sets_key(settings, reports[index].of) &&
                       (!is_rules || sets_key(settings, POLICY_KEY_COMMON_NAME))))
        return false;
    return repeats_enforced(settings, index) && !(is_rules && is_common_name_reported(settings));
}

static int check_reports(const struct policy_check *check, const struct parsed_section *section,
                         bool is_whole, const struct policy_settings *settings)
{
    for (size_t i = 0; i < sizeof(reports) / sizeof(reports[0]); i++) {
        const struct parsed_value *value = parsed_section_value(section, reports[i].report);

        if (value && is_report_idle(settings, i, is_whole))
            return policy_error_set(check->error, section->file, value->line,
                                    "%s = \"%s\" could never differ: %s enforced here; name "
                                    "others, or take it out",
                                    policy_key_schemas[reports[i].report].name, value->text,
                                    reports[i].what);
    }
    return 0;
}

static int read_max_depth(const struct policy_check *check, const struct parsed_section *section,
                          enum policy_key key, int *max_depthp)
{
    const struct parsed_value *value = parsed_section_value(section, key);
    struct policy_excerpt excerpt;
    uint64_t number = 0;

    if (!value)
        return 0;
    if (strcmp(value->text, "none") == 0) {
        *max_depthp = -1;
        return 0;
    }
    if (policy_number_parse(value->text, POLICY_UNIT_NONE, &number) || number > MAX_DEPTH_COUNT)
        return policy_error_set(check->error, section->file, value->line,
                                "%s = \"%s\" is not known: it is \"none\", or a number of "
                                "authorities between end entity and anchor, from 0 to %d",
                                policy_key_schemas[key].name,
                                policy_excerpt_make(&excerpt, value->text), MAX_DEPTH_COUNT);
    *max_depthp = (int)number;
    return 0;
}

/* Reads a time of whole seconds, at most `max_s` of them, into *msp in milliseconds. */
static int read_seconds(const struct policy_check *check, const struct parsed_section *section,
                        enum policy_key key, uint64_t max_s, uint64_t *msp)
{
    const struct parsed_value *value = parsed_section_value(section, key);
    struct policy_excerpt excerpt;
    uint64_t ms = 0;

    if (!value)
        return 0;
    if (policy_number_parse(value->text, POLICY_UNIT_MS, &ms) || ms % 1000 != 0 ||
        ms / 1000 > max_s)
        return policy_error_set(
            check->error, section->file, value->line,
            "%s = \"%s\" is not known: it is a time in whole seconds, as in 90s, 5min, 2h or "
            "7d, at most %" PRIu64 "s",
            policy_key_schemas[key].name, policy_excerpt_make(&excerpt, value->text), max_s);
    *msp = ms;
    return 0;
}

static int read_trusts(const struct policy_check *check, const struct parsed_section *section,
                       enum policy_key key, uint64_t *trustsp)
{
    const struct parsed_entry *entry = parsed_section_find(section, key);
    struct policy *policy = check->policy;
    struct policy_excerpt excerpt;

    if (!entry)
        return 0;
    *trustsp = 0;
    for (size_t i = 0; i < entry->n_values; i++) {
        const struct parsed_value *value = &entry->values[i];
        size_t index = 0;

        while (index < policy->n_trusts && strcmp(policy->trusts[index].name, value->text) != 0)
            index++;
        if (index == policy->n_trusts)
            return policy_error_set(check->error, section->file, value->line,
                                    "there is no trust \"%s\": define it, or correct the name "
                                    "(\"system\" is built in)",
                                    policy_excerpt_make(&excerpt, value->text));
        policy->trusts[index].is_named = true;
        *trustsp |= UINT64_C(1) << index;
    }
    return 0;
}

static int read_keyword(const struct policy_check *check, const struct parsed_section *section,
                        enum policy_key key, struct policy_settings *settings)
{
    size_t chosen = settings->chosen[key];
    int r = policy_values_read_keyword(check, section, key, &chosen);

    if (r == 0)
        settings->chosen[key] = (uint8_t)chosen;
    return r;
}

static int read_setting(const struct policy_check *check, const struct parsed_section *section,
                        enum policy_key key, struct policy_settings *settings)
{
    switch (key) {
    case POLICY_KEY_TRUST_NAMES:
        return read_trusts(check, section, key, &settings->trusts);
    case POLICY_KEY_TRUST_NAMES_REPORT:
        settings->chosen[key] = 1;
        return read_trusts(check, section, key, &settings->trusts_report);
    case POLICY_KEY_MAX_DEPTH:
        return read_max_depth(check, section, key, &settings->max_depth);
    case POLICY_KEY_MAX_DEPTH_REPORT:
        settings->chosen[key] = 1;
        return read_max_depth(check, section, key, &settings->max_depth_report);
    case POLICY_KEY_CLOCK_SKEW:
        return read_seconds(check, section, key, CLOCK_SKEW_MAX_S, &settings->clock_skew_ms);
    case POLICY_KEY_OCSP_MAX_AGE:
        return read_seconds(check, section, key, OCSP_MAX_AGE_MAX_S, &settings->ocsp_max_age_ms);
    default:
        /* Other functions read lists and the name of the pinset. */
        if (policy_key_schemas[key].n_max > 0 || key == POLICY_KEY_PINSET_NAME)
            return 0;
        return read_keyword(check, section, key, settings);
    }
}

int policy_settings_read(const struct policy_check *check, const struct parsed_section *section,
                         bool is_whole, struct policy_settings *settings)
{
    settings->set_keys = 0;
    for (unsigned key = 0; key < POLICY_KEY_SETTINGS_COUNT; key++) {
        int r;

        if (!parsed_section_find(section, (enum policy_key)key))
            continue;
        settings->set_keys |= 1u << key;
        r = read_setting(check, section, (enum policy_key)key, settings);
        if (r != 0)
            return r;
    }
    return check_reports(check, section, is_whole, settings);
}
