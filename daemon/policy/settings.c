/* SPDX-License-Identifier: MIT */
#include "daemon/policy/settings.h"

#include "daemon/policy/keyword.h"

/*
 * The built-in clock skew in milliseconds: five minutes, as in Puppet and in OpenSSL's ocsp tool.
 */
#define CLOCK_SKEW_MS 300000
/*
 * The built-in age in milliseconds up to which an OCSP response without nextUpdate is used: a week.
 */
#define OCSP_MAX_AGE_MS (7 * 86400000)

struct policy_settings policy_settings_builtin(size_t system)
{
    return (struct policy_settings){
        .chosen =
            {
                [POLICY_KEY_PATH] = POLICY_PATH_ON_REQUEST,
                [POLICY_KEY_CERTIFICATES] = POLICY_CERTIFICATES_WEBPKI,
                [POLICY_KEY_ANCHORS] = POLICY_ANCHORS_AS_IS,
                [POLICY_KEY_REVOCATION] = POLICY_REVOCATION_IF_KNOWN,
                [POLICY_KEY_REQUEST_ANCHORS] = POLICY_REQUEST_ANCHORS_NO,
            },
        .max_depth = -1,
        .clock_skew_ms = CLOCK_SKEW_MS,
        .ocsp_max_age_ms = OCSP_MAX_AGE_MS,
        .trusts = UINT64_C(1) << system,
    };
}

static bool is_common_name_reported(const struct policy_settings *settings)
{
    return settings->chosen[POLICY_KEY_COMMON_NAME] == POLICY_KEYWORD_COMMON_NAME_REPORT;
}

/*
 * Returns the value that the report of key `of` is evaluated with: that of the key `report`, or the
 * enforced value if `report` is not set.
 */
static uint8_t get_reported(const struct policy_settings *settings, enum policy_key report,
                            enum policy_key of)
{
    uint8_t chosen = settings->chosen[report];

    return chosen == 0 ? settings->chosen[of] : (uint8_t)(chosen - 1);
}

static struct rules get_reported_rules(const struct policy_settings *settings,
                                       const struct rules *rules)
{
    return (struct rules){
        .set = (enum rule_set)get_reported(settings, POLICY_KEY_RULES_REPORT, POLICY_KEY_RULES),
        .common_name = is_common_name_reported(settings) ? RULE_COMMON_NAME_NO : rules->common_name,
        .wildcards = (enum rule_wildcards)get_reported(settings, POLICY_KEY_WILDCARDS_REPORT,
                                                       POLICY_KEY_WILDCARDS),
        .public_suffix = (enum rule_public_suffix)get_reported(
            settings, POLICY_KEY_PUBLIC_SUFFIX_WILDCARDS_REPORT,
            POLICY_KEY_PUBLIC_SUFFIX_WILDCARDS),
    };
}

static void apply_rules(const struct policy_settings *settings, struct policy_rule *rule)
{
    size_t common_name = settings->chosen[POLICY_KEY_COMMON_NAME];
    struct rules report;

    rule->rules = (struct rules){
        .set = (enum rule_set)settings->chosen[POLICY_KEY_RULES],
        .common_name = is_common_name_reported(settings) ? RULE_COMMON_NAME_YES
                                                         : (enum rule_common_name)common_name,
        .wildcards = (enum rule_wildcards)settings->chosen[POLICY_KEY_WILDCARDS],
        .public_suffix = (enum rule_public_suffix)
                             settings->chosen[POLICY_KEY_PUBLIC_SUFFIX_WILDCARDS],
    };
    report = get_reported_rules(settings, &rule->rules);
    rule->has_report = report.set != rule->rules.set ||
                       report.common_name != rule->rules.common_name ||
                       report.wildcards != rule->rules.wildcards ||
                       report.public_suffix != rule->rules.public_suffix;
    rule->report = rule->has_report ? report : (struct rules){0};
}

static struct policy_checks get_reported_checks(const struct policy_settings *settings)
{
    return (struct policy_checks){
        .certificates = (enum policy_certificates)get_reported(
            settings, POLICY_KEY_CERTIFICATES_REPORT, POLICY_KEY_CERTIFICATES),
        .certificates_set = settings->certificates_set || settings->certificates_report_set,
        .anchors = (enum policy_anchors)get_reported(settings, POLICY_KEY_ANCHORS_REPORT,
                                                     POLICY_KEY_ANCHORS),
        .revocation = (enum policy_revocation)get_reported(settings, POLICY_KEY_REVOCATION_REPORT,
                                                           POLICY_KEY_REVOCATION),
        .trusts = settings->chosen[POLICY_KEY_TRUST_NAMES_REPORT] == 0 ? settings->trusts
                                                                       : settings->trusts_report,
        .max_depth = settings->chosen[POLICY_KEY_MAX_DEPTH_REPORT] == 0
                         ? settings->max_depth
                         : settings->max_depth_report,
        .clock_skew_s = (int64_t)(settings->clock_skew_ms / 1000),
        .ocsp_max_age_s = (int64_t)(settings->ocsp_max_age_ms / 1000),
    };
}

static void apply_checks(const struct policy_settings *settings, struct policy_rule *rule)
{
    struct policy_checks report = get_reported_checks(settings);

    rule->checks = (struct policy_checks){
        .certificates = (enum policy_certificates)settings->chosen[POLICY_KEY_CERTIFICATES],
        .certificates_set = settings->certificates_set,
        .anchors = (enum policy_anchors)settings->chosen[POLICY_KEY_ANCHORS],
        .revocation = (enum policy_revocation)settings->chosen[POLICY_KEY_REVOCATION],
        .trusts = settings->trusts,
        .max_depth = settings->max_depth,
        .clock_skew_s = (int64_t)(settings->clock_skew_ms / 1000),
        .ocsp_max_age_s = (int64_t)(settings->ocsp_max_age_ms / 1000),
    };
    rule->has_checks_report = report.certificates != rule->checks.certificates ||
                              report.certificates_set != rule->checks.certificates_set ||
                              report.anchors != rule->checks.anchors ||
                              report.revocation != rule->checks.revocation ||
                              report.trusts != rule->checks.trusts ||
                              report.max_depth != rule->checks.max_depth;
    rule->checks_report = rule->has_checks_report ? report : (struct policy_checks){0};
}

void policy_settings_apply(const struct policy_settings *settings, struct policy_rule *rule)
{
    apply_rules(settings, rule);
    apply_checks(settings, rule);
    rule->path = (enum policy_path)settings->chosen[POLICY_KEY_PATH];
    rule->request_time = settings->chosen[POLICY_KEY_REQUEST_TIME] == 1;
    rule->request_anchors = (enum policy_request_anchors)
                                settings->chosen[POLICY_KEY_REQUEST_ANCHORS];
}
