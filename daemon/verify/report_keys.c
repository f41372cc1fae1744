/* SPDX-License-Identifier: MIT */
#include "daemon/verify/report_keys.h"

#include "base/text.h"

struct report_key {
    const char *name;
    bool differs;
};

static void print_keys(const struct report_key *keys, size_t n, char text[static REPORT_KEYS_BYTES])
{
    struct text list;

    text_init(&list, text, REPORT_KEYS_BYTES);
    for (size_t i = 0; i < n; i++) {
        if (keys[i].differs)
            text_add_fitting(&list, "%s%s", list.len > 0 ? ", " : "", keys[i].name);
    }
}

void report_keys_of_rules(const struct policy_rule *rule, char text[static REPORT_KEYS_BYTES])
{
    const struct rules *one = &rule->rules, *other = &rule->report;
    const struct report_key keys[] = {
        {"rules-report", one->set != other->set},
        {"common-name = report", one->common_name != other->common_name},
        {"wildcards-report", one->wildcards != other->wildcards},
        {"public-suffix-wildcards-report", one->public_suffix != other->public_suffix},
    };

    print_keys(keys, sizeof(keys) / sizeof(keys[0]), text);
}

void report_keys_of_checks(const struct policy_rule *rule, char text[static REPORT_KEYS_BYTES])
{
    const struct policy_checks *one = &rule->checks, *other = &rule->checks_report;
    const struct report_key keys[] = {
        {"trust-report", one->trusts != other->trusts},
        {"certificates-report", one->certificates != other->certificates ||
                                    one->certificates_set != other->certificates_set},
        {"anchors-report", one->anchors != other->anchors},
        {"revocation-report", one->revocation != other->revocation},
        {"max-depth-report", one->max_depth != other->max_depth},
    };

    print_keys(keys, sizeof(keys) / sizeof(keys[0]), text);
}
