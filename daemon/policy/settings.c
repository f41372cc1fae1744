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
    {DRAFT_CERTIFICATES_REPORT, DRAFT_CERTIFICATES, "this is what is"},
    {DRAFT_ANCHORS_REPORT, DRAFT_ANCHORS, "this is what is"},
    {DRAFT_REVOCATION_REPORT, DRAFT_REVOCATION, "this is what is"},
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

static bool report_is_idle(const struct policy_settings *settings, size_t index, bool is_whole)
{
    bool is_rules = reports[index].of == DRAFT_RULES;

    if (!is_whole && !(is_named(settings, reports[index].of) &&
                       (!is_rules || is_named(settings, DRAFT_COMMON_NAME))))
        return false;
    return settings->chosen[reports[index].report] ==
               POLICY_CHOICE_REPORT(settings->chosen[reports[index].of]) &&
           !(is_rules && common_name_is_reported(settings));
}

static int reports_check(const struct check *check, const struct draft_section *section,
                         bool is_whole, const struct policy_settings *settings)
{
    for (size_t i = 0; i < sizeof(reports) / sizeof(reports[0]); i++) {
        const struct draft_value *value = draft_section_value(section, reports[i].report);

        if (value != NULL && report_is_idle(settings, i, is_whole))
            return policy_error_set(check->error, section->file, value->line,
                                    "%s = \"%s\" could never differ: %s enforced here; name "
                                    "others, or take it out",
                                    policy_keys[reports[i].report].name, value->text,
                                    reports[i].what);
    }
    return 0;
}

static int max_depth_read(const struct check *check, const struct draft_section *section,
                          struct policy_settings *settings)
{
    const struct draft_value *value = draft_section_value(section, DRAFT_MAX_DEPTH);
    struct policy_excerpt excerpt;
    uint64_t number = 0;

    if (value == NULL)
        return 0;
    if (strcmp(value->text, "none") == 0) {
        settings->max_depth = -1;
        return 0;
    }
    if (policy_number_parse(value->text, POLICY_UNIT_NONE, &number) != NULL ||
        number > MAX_DEPTH_COUNT)
        return policy_error_set(check->error, section->file, value->line,
                                "max-depth = \"%s\" is not known: it is \"none\", or a number of "
                                "authorities between end entity and anchor, from 0 to %d",
                                policy_excerpt_make(&excerpt, value->text), MAX_DEPTH_COUNT);
    settings->max_depth = (int)number;
    return 0;
}

static int trusts_read(const struct check *check, const struct draft_section *section,
                       struct policy_settings *settings)
{
    const struct draft_entry *entry = draft_section_find(section, DRAFT_TRUST_NAMES);
    const struct policy *policy = check->policy;
    struct policy_excerpt excerpt;

    if (entry == NULL)
        return 0;
    settings->trusts = 0;
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
        settings->trusts |= UINT64_C(1) << index;
    }
    return 0;
}

int policy_settings_read(const struct check *check, const struct draft_section *section,
                         bool is_whole, struct policy_settings *settings)
{
    settings->named = 0;
    for (unsigned key = 0; key < DRAFT_SETTINGS; key++) {
        size_t chosen = settings->chosen[key];
        int r;

        if (draft_section_find(section, (enum draft_key)key) == NULL)
            continue;
        settings->named |= 1u << key;
        if (key == DRAFT_TRUST_NAMES)
            r = trusts_read(check, section, settings);
        else if (key == DRAFT_MAX_DEPTH)
            r = max_depth_read(check, section, settings);
        else if (policy_keys[key].n_max > 0 || key == DRAFT_PINSET_NAME)
            r = 0;
        else
            r = policy_choice_check(check, section, (enum draft_key)key, &chosen);
        if (r != 0)
            return r;
        settings->chosen[key] = (uint8_t)chosen;
    }
    return reports_check(check, section, is_whole, settings);
}

static void rules_apply(const struct policy_settings *settings, struct policy_rule *rule)
{
    size_t common_name = settings->chosen[DRAFT_COMMON_NAME];
    size_t report_set = settings->chosen[DRAFT_RULES_REPORT];
    struct rules report;

    rule->rules = (struct rules){
        .set = (enum rule_set)settings->chosen[DRAFT_RULES],
        .common_name = common_name_is_reported(settings) ? RULE_COMMON_NAME_YES
                                                         : (enum rule_common_name)common_name,
        .wildcards = (enum rule_wildcards)settings->chosen[DRAFT_WILDCARDS],
        .public_suffix = (enum rule_public_suffix)settings->chosen[DRAFT_PUBLIC_SUFFIX_WILDCARDS],
    };
    report = rule->rules;
    if (report_set != 0)
        report.set = (enum rule_set)(report_set - 1);
    if (common_name_is_reported(settings))
        report.common_name = RULE_COMMON_NAME_NO;
    rule->has_report = report.set != rule->rules.set ||
                       report.common_name != rule->rules.common_name;
    rule->report = rule->has_report ? report : (struct rules){0};
}

/* What is reported of a key: what its report names, else what is enforced. */
static uint8_t reported(const struct policy_settings *settings, enum draft_key report,
                        enum draft_key of)
{
    uint8_t chosen = settings->chosen[report];

    return chosen == 0 ? settings->chosen[of] : (uint8_t)(chosen - 1);
}

static void checks_apply(const struct policy_settings *settings, struct policy_rule *rule)
{
    struct policy_checks report = {
        .certificates = (enum policy_certificates)reported(settings, DRAFT_CERTIFICATES_REPORT,
                                                           DRAFT_CERTIFICATES),
        .anchors = (enum policy_anchors)reported(settings, DRAFT_ANCHORS_REPORT, DRAFT_ANCHORS),
        .revocation = (enum policy_revocation)reported(settings, DRAFT_REVOCATION_REPORT,
                                                       DRAFT_REVOCATION),
    };

    rule->checks = (struct policy_checks){
        .certificates = (enum policy_certificates)settings->chosen[DRAFT_CERTIFICATES],
        .anchors = (enum policy_anchors)settings->chosen[DRAFT_ANCHORS],
        .revocation = (enum policy_revocation)settings->chosen[DRAFT_REVOCATION],
    };
    rule->has_checks_report = report.certificates != rule->checks.certificates ||
                              report.anchors != rule->checks.anchors ||
                              report.revocation != rule->checks.revocation;
    rule->checks_report = rule->has_checks_report ? report : (struct policy_checks){0};
}

void policy_settings_apply(const struct policy_settings *settings, struct policy_rule *rule)
{
    rules_apply(settings, rule);
    checks_apply(settings, rule);
    rule->path = (enum policy_path)settings->chosen[DRAFT_PATH];
    rule->trusts = settings->trusts;
    rule->max_depth = settings->max_depth;
    rule->request_time = settings->chosen[DRAFT_REQUEST_TIME] == 1;
    rule->request_anchors = (enum policy_request_anchors)settings->chosen[DRAFT_REQUEST_ANCHORS];
}
