/* SPDX-License-Identifier: MIT */
#include "daemon/policy/check.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/identity/reference.h"
#include "daemon/policy/error.h"
#include "daemon/policy/pinset_check.h"
#include "daemon/policy/table.h"

static int defaults_check(struct check *check)
{
    const struct draft_list *list = &check->draft->lists[DRAFT_DEFAULTS];
    struct policy_rule *rule = &check->policy->defaults;
    int r;

    if (list->n_sections == 0) {
        rule->origin.section = "built-in defaults";
        return 0;
    }
    rule->origin.section = "defaults";
    rule->origin.file = check->policy->file;
    rule->origin.line = list->sections[0].line;
    r = policy_settings_read(check, &list->sections[0], &check->defaults);
    if (r == 0)
        policy_settings_apply(&check->defaults, rule);
    return r;
}

int policy_origin_make(const struct check *check, const struct draft_section *section,
                       const char *kind, struct policy_origin *origin, char **textp)
{
    if (asprintf(textp, "%s \"%s\"", kind, section->title) < 0) {
        *textp = NULL;
        return -ENOMEM;
    }
    origin->section = *textp;
    origin->file = check->policy->file;
    origin->line = section->line;
    return 0;
}

int policy_duplicate_refuse(const struct check *check, const struct policy_origin *origin,
                            const struct policy_origin *first)
{
    struct policy_excerpt excerpts[2];

    return policy_error_set(check->error, check->policy->file, origin->line,
                            "%s stands already in line %u, as %s: make one section of both",
                            policy_excerpt_make(&excerpts[0], origin->section), first->line,
                            policy_excerpt_make(&excerpts[1], first->section));
}

static int title_refuse(const struct check *check, const struct draft_section *section,
                        const char *why)
{
    struct policy_excerpt excerpt;

    return policy_error_set(check->error, check->policy->file, section->line, "domain \"%s\": %s",
                            policy_excerpt_make(&excerpt, section->title), why);
}

static int title_check(const struct check *check, const struct draft_section *section,
                       struct reference *reference)
{
    char why[256];
    int r;

    if (strchr(section->title, '*') != NULL)
        return title_refuse(check, section,
                            "a star has no place in a title: give the domain without it, and "
                            "\"subdomains = one\" or \"subdomains = all\" within");
    r = reference_parse(reference, RULES_RFC9525, (const uint8_t *)section->title,
                        strlen(section->title));
    if (r < 0)
        return r;
    if (r > 0) {
        snprintf(why, sizeof(why), "this is no domain name: %s",
                 reference_fault_text((enum reference_fault)r));
        return title_refuse(check, section, why);
    }
    if (reference->type != IDENTITY_DNS)
        return title_refuse(check, section,
                            "rules for IP addresses are not supported in this version: give a "
                            "domain name");
    if (suffix_list_is_public(check->suffixes, SUFFIX_ICANN, reference->value,
                              reference->value_len))
        return title_refuse(check, section,
                            "this is a public suffix, below which the names are different "
                            "people's: give a domain below it");
    return 0;
}

static int domain_pinset_check(const struct check *check, const struct draft_section *section,
                               struct policy_rule *rule)
{
    const struct draft_value *value = &section->values[DRAFT_PINSET_NAME];
    const struct policy *policy = check->policy;
    struct policy_excerpt excerpt;

    if (value->text == NULL)
        return 0;
    rule->pinset = policy_pinset_find(policy, value->text);
    if (rule->pinset != NULL)
        return 0;
    return policy_error_set(check->error, policy->file, value->line,
                            "there is no pinset \"%s\": define it, or correct the name",
                            policy_excerpt_make(&excerpt, value->text));
}

static int domain_settings_check(const struct check *check, const struct draft_section *section,
                                 struct policy_domain *domain)
{
    struct policy_settings settings = check->defaults;
    int r;

    r = policy_settings_read(check, section, &settings);
    if (r != 0)
        return r;
    domain->depth = (enum policy_depth)settings.chosen[DRAFT_SUBDOMAINS];
    policy_settings_apply(&settings, &domain->rule);
    return domain_pinset_check(check, section, &domain->rule);
}

static int domain_check(const struct check *check, const struct draft_section *section)
{
    struct policy_domain *domain = &check->policy->domains[check->policy->n_domains];
    struct reference reference = {.type = IDENTITY_NONE};
    int r;

    r = title_check(check, section, &reference);
    if (r != 0)
        return r;
    check->policy->n_domains++;
    domain->name = strndup(reference.value, reference.value_len);
    domain->len = reference.value_len;
    if (domain->name == NULL)
        return -ENOMEM;
    r = policy_origin_make(check, section, "domain", &domain->rule.origin, &domain->section);
    if (r != 0)
        return r;
    return domain_settings_check(check, section, domain);
}

static int domain_compare(const void *a, const void *b)
{
    const struct policy_domain *one = a;
    const struct policy_domain *other = b;
    int order = strcmp(one->name, other->name);

    return order != 0 ? order
                      : (one->rule.origin.line > other->rule.origin.line) -
                            (one->rule.origin.line < other->rule.origin.line);
}

static int domains_check(const struct check *check)
{
    const struct draft_list *list = &check->draft->lists[DRAFT_DOMAIN];
    struct policy *policy = check->policy;

    policy->domains = calloc(list->n_sections + 1, sizeof(*policy->domains));
    if (policy->domains == NULL)
        return -ENOMEM;
    for (size_t i = 0; i < list->n_sections; i++) {
        int r = domain_check(check, &list->sections[i]);

        if (r != 0)
            return r;
    }
    qsort(policy->domains, policy->n_domains, sizeof(*policy->domains), domain_compare);
    for (size_t i = 1; i < policy->n_domains; i++)
        if (strcmp(policy->domains[i - 1].name, policy->domains[i].name) == 0)
            return policy_duplicate_refuse(check, &policy->domains[i].rule.origin,
                                           &policy->domains[i - 1].rule.origin);
    return 0;
}

int policy_check(struct policy *policy, const struct draft *draft,
                 const struct suffix_list *suffixes, struct policy_error *error)
{
    struct check check = {.policy = policy, .draft = draft, .suffixes = suffixes, .error = error};
    int r;

    r = defaults_check(&check);
    if (r == 0)
        r = policy_pinsets_check(&check);
    if (r == 0)
        r = domains_check(&check);
    return r;
}
