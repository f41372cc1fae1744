/* SPDX-License-Identifier: MIT */
#include "daemon/policy/policy.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/policy/choice.h"
#include "daemon/policy/pin.h"
#include "daemon/policy/table.h"

/*
 * Names of domains are A-labels and names of pinsets are of a small alphabet, so that nothing needs
 * to be quoted but with the quotes themselves.
 */

/* Nothing for an unset key. */
static void key_print(FILE *out, enum draft_key key, size_t index)
{
    const struct policy_choice *choice = &policy_choices[key];
    bool is_rule_set = key == DRAFT_RULES || key == DRAFT_RULES_REPORT;
    const char *quote = is_rule_set ? "\"" : "";

    if (choice->words[index] != NULL)
        fprintf(out, "    %s = %s%s%s\n", choice->key, quote, choice->words[index], quote);
}

/* Whether no rule set but rfc9525 is enforced or reported. */
static bool rule_is_rfc9525(const struct policy_rule *rule)
{
    return rule->rules.set == RULES_RFC9525 &&
           (!rule->has_report || rule->report.set == RULES_RFC9525);
}

static bool policy_is_rfc9525(const struct policy *policy)
{
    bool alone = rule_is_rfc9525(&policy->defaults);

    for (size_t i = 0; alone && i < policy->n_domains; i++)
        alone = rule_is_rfc9525(&policy->domains[i].rule);
    return alone;
}

static size_t common_name_choice(const struct policy_rule *rule, bool alone)
{
    if (rule->has_report && rule->report.common_name != rule->rules.common_name)
        return POLICY_CHOICE_COMMON_NAME_REPORT;
    if (alone && rule->rules.common_name == RULE_COMMON_NAME_AS_SET)
        return RULE_COMMON_NAME_NO;
    return rule->rules.common_name;
}

/*
 * A domain with a report names its rules even where only the common name differs, or it would
 * inherit others; in `defaults` these very rules would become a report of domains that have none.
 */
static bool report_is_named(const struct policy *policy, const struct policy_rule *rule, bool alone)
{
    return rule->has_report && !alone &&
           (rule != &policy->defaults || rule->report.set != rule->rules.set);
}

/*
 * A key that a domain leaves out it would inherit when it is read again. So one that is unset in
 * `defaults` must stay so for the domains that lean on it, unless rfc9525 is alone: then an unset
 * common name is off everywhere.
 */
static void rule_print(FILE *out, const struct policy *policy, const struct policy_rule *rule,
                       bool alone)
{
    if (!alone)
        key_print(out, DRAFT_RULES, rule->rules.set);
    key_print(out, DRAFT_COMMON_NAME, common_name_choice(rule, alone));
    key_print(out, DRAFT_WILDCARDS, rule->rules.wildcards);
    key_print(out, DRAFT_PUBLIC_SUFFIX_WILDCARDS, rule->rules.public_suffix);
    if (report_is_named(policy, rule, alone))
        key_print(out, DRAFT_RULES_REPORT, POLICY_CHOICE_REPORT(rule->report.set));
}

static int text_compare(const void *a, const void *b)
{
    return strcmp(a, b);
}

static void pinset_print(FILE *out, const struct policy_pinset *pinset)
{
    char texts[POLICY_PINS_COUNT][POLICY_PIN_TEXT_BYTES + 1];

    for (size_t i = 0; i < pinset->n_pins; i++)
        policy_pin_encode(texts[i], pinset->pins[i]);
    qsort(texts, pinset->n_pins, sizeof(texts[0]), text_compare);
    fprintf(out, "\npinset \"%s\" {\n    spki-sha256 = {\n", pinset->name);
    for (size_t i = 0; i < pinset->n_pins; i++)
        fprintf(out, "        \"%s\"%s\n", texts[i], i + 1 < pinset->n_pins ? "," : "");
    fputs("    }\n}\n", out);
}

static void domain_print(FILE *out, const struct policy *policy, const struct policy_domain *domain,
                         bool alone)
{
    fprintf(out, "\ndomain \"%s\" {\n", domain->name);
    key_print(out, DRAFT_SUBDOMAINS, domain->depth);
    rule_print(out, policy, &domain->rule, alone);
    if (domain->rule.pinset != NULL)
        fprintf(out, "    pinset = \"%s\"\n", domain->rule.pinset->name);
    fputs("}\n", out);
}

int policy_print(const struct policy *policy, char **textp, size_t *lenp)
{
    bool alone = policy_is_rfc9525(policy);
    char *text = NULL;
    size_t len = 0;
    bool failed;
    FILE *out;

    out = open_memstream(&text, &len);
    if (out == NULL)
        return -ENOMEM;
    fputs("defaults {\n", out);
    rule_print(out, policy, &policy->defaults, alone);
    fputs("}\n", out);
    for (size_t i = 0; i < policy->n_pinsets; i++)
        pinset_print(out, &policy->pinsets[i]);
    for (size_t i = 0; i < policy->n_domains; i++)
        domain_print(out, policy, &policy->domains[i], alone);
    failed = ferror(out) != 0;
    if (fclose(out) != 0 || failed) {
        free(text);
        return -ENOMEM;
    }
    *textp = text;
    *lenp = len;
    return 0;
}
