/* SPDX-License-Identifier: MIT */
#include "daemon/policy/settings.h"

#include "daemon/policy/check.h"
#include "daemon/policy/choice.h"
#include "daemon/policy/error.h"
#include "daemon/policy/table.h"

static bool common_name_is_reported(const struct policy_settings *settings)
{
    return settings->chosen[DRAFT_COMMON_NAME] == POLICY_CHOICE_COMMON_NAME_REPORT;
}

static bool report_is_idle(const struct policy_settings *settings)
{
    return settings->chosen[DRAFT_RULES_REPORT] ==
               POLICY_CHOICE_REPORT(settings->chosen[DRAFT_RULES]) &&
           !common_name_is_reported(settings);
}

int policy_settings_read(const struct check *check, const struct draft_section *section,
                         struct policy_settings *settings)
{
    const struct draft_value *report = &section->values[DRAFT_RULES_REPORT];

    for (size_t key = 0; key < DRAFT_KEYS; key++) {
        int r = 0;

        if (policy_choices[key].key != NULL)
            r = policy_choice_check(check, section, (enum draft_key)key, &settings->chosen[key]);
        if (r != 0)
            return r;
    }
    if (report->text == NULL || !report_is_idle(settings))
        return 0;
    return policy_error_set(check->error, check->policy->file, report->line,
                            "rules-report = \"%s\" could never differ: these are the rules that "
                            "are enforced here; name others, or take it out",
                            report->text);
}

void policy_settings_apply(const struct policy_settings *settings, struct policy_rule *rule)
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
    if (rule->has_report)
        rule->report = report;
}
