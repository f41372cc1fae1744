/* SPDX-License-Identifier: MIT */
#include "daemon/policy/settings.h"

#include <stdio.h>
#include <string.h>

#include "daemon/policy/check.h"
#include "daemon/policy/choice.h"
#include "daemon/policy/error.h"
#include "daemon/policy/number.h"
#include "daemon/policy/table.h"

/* A path of the daemon's has no more authorities than this. */
#define MAX_DEPTH_COUNT 16

/* What a report is a report of. */
static const struct {
    enum draft_key report, of;
    const char *what;
} reports[] = {
    {DRAFT_RULES_REPORT, DRAFT_RULES, "these are the rules that are"},
    {DRAFT_WILDCARDS_REPORT, DRAFT_WILDCARDS, "this is what is"},
    {DRAFT_PUBLIC_SUFFIX_WILDCARDS_REPORT, DRAFT_PUBLIC_SUFFIX_WILDCARDS, "this is what is"},
    {DRAFT_TRUST_NAMES_REPORT, DRAFT_TRUST_NAMES, "these are the anchors that are"},
    {DRAFT_CERTIFICATES_REPORT, DRAFT_CERTIFICATES, "this is what is"},
    {DRAFT_ANCHORS_REPORT, DRAFT_ANCHORS, "this is what is"},
    {DRAFT_REVOCATION_REPORT, DRAFT_REVOCATION, "this is what is"},
    {DRAFT_MAX_DEPTH_REPORT, DRAFT_MAX_DEPTH, "this is what is"},
};

struct policy_settings policy_settings_builtin(size_t system)
{
    return (struct policy_settings){
        .chosen =
            {
                [DRAFT_PATH] = POLICY_PATH_ON_REQUEST,
                [DRAFT_CERTIFICATES] = POLICY_CERTIFICATES_WEBPKI,
                [DRAFT_ANCHORS] = POLICY_ANCHORS_AS_IS,
                [DRAFT_REVOCATION] = POLICY_REVOCATION_IF_KNOWN,
                [DRAFT_REQUEST_ANCHORS] = POLICY_REQUEST_ANCHORS_NO,
            },
        .max_depth = -1,
        .trusts = UINT64_C(1) << system,
    };
}

static bool common_name_is_reported(const struct policy_settings *settings)
{
    return settings->chosen[DRAFT_COMMON_NAME] == POLICY_CHOICE_COMMON_NAME_REPORT;
}

static bool is_named(const struct policy_settings *settings, enum draft_key key)
{
    return (settings->named & 1u << key) != 0;
}

/* What is enforced of a key; rfc9525 knows what holds where it is unset, its peers have no word
 * for it. */
static size_t enforced(const struct policy_settings *settings, enum draft_key key)
{
    size_t chosen = settings->chosen[key];

    if (chosen != 0 || settings->chosen[DRAFT_RULES] != RULES_RFC9525)
        return chosen;
    if (key == DRAFT_WILDCARDS)
        return RULE_WILDCARDS_LEFT_LABEL;
    if (key == DRAFT_PUBLIC_SUFFIX_WILDCARDS)
        return RULE_PUBLIC_SUFFIX_REFUSE_ICANN;
    return chosen;
}

/* Whether the report of a key names what is enforced. */
static bool is_repeated(const struct policy_settings *settings, size_t index)
{
    enum draft_key of = reports[index].of;

    if (of == DRAFT_TRUST_NAMES)
        return settings->trusts_report == settings->trusts;
    if (of == DRAFT_MAX_DEPTH)
        return settings->max_depth_report == settings->max_depth;
    return settings->chosen[reports[index].report] == POLICY_CHOICE_REPORT(enforced(settings, of));
}

static bool report_is_idle(const struct policy_settings *settings, size_t index, bool is_whole)
{
    bool is_rules = reports[index].of == DRAFT_RULES;

    if (!is_whole && !(is_named(settings, reports[index].of) &&
                       (!is_rules || is_named(settings, DRAFT_COMMON_NAME))))
        return false;
    return is_repeated(settings, index) && !(is_rules && common_name_is_reported(settings));
}

static int reports_check(const struct check *check, const struct draft_section *section,
                         bool is_whole, const struct policy_settings *settings)
{
    for (size_t i = 0; i < sizeof(reports) / sizeof(reports[0]); i++) {
        const struct draft_value *value = draft_section_value(section, reports[i].report);

        if (value && report_is_idle(settings, i, is_whole))
            return policy_error_set(check->error, section->file, value->line,
                                    "%s = \"%s\" could never differ: %s enforced here; name "
                                    "others, or take it out",
                                    policy_keys[reports[i].report].name, value->text,
                                    reports[i].what);
    }
    return 0;
}

static int max_depth_read(const struct check *check, const struct draft_section *section,
                          enum draft_key key, int *max_depthp)
{
    const struct draft_value *value = draft_section_value(section, key);
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
                                policy_keys[key].name, policy_excerpt_make(&excerpt, value->text),
                                MAX_DEPTH_COUNT);
    *max_depthp = (int)number;
    return 0;
}

static int trusts_read(const struct check *check, const struct draft_section *section,
                       enum draft_key key, uint64_t *trustsp)
{
    const struct draft_entry *entry = draft_section_find(section, key);
    struct policy *policy = check->policy;
    struct policy_excerpt excerpt;

    if (!entry)
        return 0;
    *trustsp = 0;
    for (size_t i = 0; i < entry->n_values; i++) {
        const struct draft_value *value = &entry->values[i];
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

static int choice_read(const struct check *check, const struct draft_section *section,
                       enum draft_key key, struct policy_settings *settings)
{
    size_t chosen = settings->chosen[key];
    int r = policy_choice_check(check, section, key, &chosen);

    if (r == 0)
        settings->chosen[key] = (uint8_t)chosen;
    return r;
}

static int setting_read(const struct check *check, const struct draft_section *section,
                        enum draft_key key, struct policy_settings *settings)
{
    switch (key) {
    case DRAFT_TRUST_NAMES:
        return trusts_read(check, section, key, &settings->trusts);
    case DRAFT_TRUST_NAMES_REPORT:
        settings->chosen[key] = 1;
        return trusts_read(check, section, key, &settings->trusts_report);
    case DRAFT_MAX_DEPTH:
        return max_depth_read(check, section, key, &settings->max_depth);
    case DRAFT_MAX_DEPTH_REPORT:
        settings->chosen[key] = 1;
        return max_depth_read(check, section, key, &settings->max_depth_report);
    default:
        /* others read lists and names */
        if (policy_keys[key].n_max > 0 || key == DRAFT_PINSET_NAME)
            return 0;
        return choice_read(check, section, key, settings);
    }
}

int policy_settings_read(const struct check *check, const struct draft_section *section,
                         bool is_whole, struct policy_settings *settings)
{
    settings->named = 0;
    for (unsigned key = 0; key < DRAFT_SETTINGS; key++) {
        int r;

        if (!draft_section_find(section, (enum draft_key)key))
            continue;
        settings->named |= 1u << key;
        r = setting_read(check, section, (enum draft_key)key, settings);
        if (r != 0)
            return r;
    }
    return reports_check(check, section, is_whole, settings);
}

/* What is reported of a key: what its report names, else what is enforced. */
static uint8_t reported(const struct policy_settings *settings, enum draft_key report,
                        enum draft_key of)
{
    uint8_t chosen = settings->chosen[report];

    return chosen == 0 ? settings->chosen[of] : (uint8_t)(chosen - 1);
}

static struct rules rules_reported(const struct policy_settings *settings,
                                   const struct rules *rules)
{
    return (struct rules){
        .set = (enum rule_set)reported(settings, DRAFT_RULES_REPORT, DRAFT_RULES),
        .common_name = common_name_is_reported(settings) ? RULE_COMMON_NAME_NO : rules->common_name,
        .wildcards = (enum rule_wildcards)reported(settings, DRAFT_WILDCARDS_REPORT,
                                                   DRAFT_WILDCARDS),
        .public_suffix = (enum rule_public_suffix)reported(
            settings, DRAFT_PUBLIC_SUFFIX_WILDCARDS_REPORT, DRAFT_PUBLIC_SUFFIX_WILDCARDS),
    };
}

static void rules_apply(const struct policy_settings *settings, struct policy_rule *rule)
{
    size_t common_name = settings->chosen[DRAFT_COMMON_NAME];
    struct rules report;

    rule->rules = (struct rules){
        .set = (enum rule_set)settings->chosen[DRAFT_RULES],
        .common_name = common_name_is_reported(settings) ? RULE_COMMON_NAME_YES
                                                         : (enum rule_common_name)common_name,
        .wildcards = (enum rule_wildcards)settings->chosen[DRAFT_WILDCARDS],
        .public_suffix = (enum rule_public_suffix)settings->chosen[DRAFT_PUBLIC_SUFFIX_WILDCARDS],
    };
    report = rules_reported(settings, &rule->rules);
    rule->has_report = report.set != rule->rules.set ||
                       report.common_name != rule->rules.common_name ||
                       report.wildcards != rule->rules.wildcards ||
                       report.public_suffix != rule->rules.public_suffix;
    rule->report = rule->has_report ? report : (struct rules){0};
}

static struct policy_checks checks_reported(const struct policy_settings *settings)
{
    return (struct policy_checks){
        .certificates = (enum policy_certificates)reported(settings, DRAFT_CERTIFICATES_REPORT,
                                                           DRAFT_CERTIFICATES),
        .anchors = (enum policy_anchors)reported(settings, DRAFT_ANCHORS_REPORT, DRAFT_ANCHORS),
        .revocation = (enum policy_revocation)reported(settings, DRAFT_REVOCATION_REPORT,
                                                       DRAFT_REVOCATION),
        .trusts = settings->chosen[DRAFT_TRUST_NAMES_REPORT] == 0 ? settings->trusts
                                                                  : settings->trusts_report,
        .max_depth = settings->chosen[DRAFT_MAX_DEPTH_REPORT] == 0 ? settings->max_depth
                                                                   : settings->max_depth_report,
    };
}

static void checks_apply(const struct policy_settings *settings, struct policy_rule *rule)
{
    struct policy_checks report = checks_reported(settings);

    rule->checks = (struct policy_checks){
        .certificates = (enum policy_certificates)settings->chosen[DRAFT_CERTIFICATES],
        .anchors = (enum policy_anchors)settings->chosen[DRAFT_ANCHORS],
        .revocation = (enum policy_revocation)settings->chosen[DRAFT_REVOCATION],
        .trusts = settings->trusts,
        .max_depth = settings->max_depth,
    };
    rule->has_checks_report = report.certificates != rule->checks.certificates ||
                              report.anchors != rule->checks.anchors ||
                              report.revocation != rule->checks.revocation ||
                              report.trusts != rule->checks.trusts ||
                              report.max_depth != rule->checks.max_depth;
    rule->checks_report = rule->has_checks_report ? report : (struct policy_checks){0};
}

void policy_settings_apply(const struct policy_settings *settings, struct policy_rule *rule)
{
    rules_apply(settings, rule);
    checks_apply(settings, rule);
    rule->path = (enum policy_path)settings->chosen[DRAFT_PATH];
    rule->request_time = settings->chosen[DRAFT_REQUEST_TIME] == 1;
    rule->request_anchors = (enum policy_request_anchors)settings->chosen[DRAFT_REQUEST_ANCHORS];
}
