/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory_text.h"
#include "daemon/identity/reference.h"
#include "daemon/policy/error.h"
#include "daemon/policy/names.h"
#include "daemon/policy/network.h"
#include "daemon/policy/pinset.h"
#include "daemon/policy/section.h"
#include "daemon/policy/sections.h"
#include "daemon/policy/settings_read.h"
#include "daemon/policy/values.h"

/* The parsed title of a domain section: a name or a network. */
struct domain_title {
    struct policy_network network;
    struct reference reference;
    bool is_network;
};

static int refuse_title(const struct policy_check *check, const struct parsed_section *section,
                        const char *why)
{
    struct policy_excerpt excerpt;

    return policy_error_set(check->error, section->file, section->line, "domain \"%s\": %s",
                            policy_excerpt_make(&excerpt, section->title), why);
}

static int check_name(const struct policy_check *check, const struct parsed_section *section,
                      struct reference *reference)
{
    char why[256];
    int r;

    r = reference_host_parse(reference, RULES_RFC9525, (const uint8_t *)section->title,
                             strlen(section->title));
    if (r < 0)
        return r;
    if (r > 0) {
        snprintf(why, sizeof(why), "this is no domain name: %s",
                 reference_fault_text((enum reference_fault)r));
        return refuse_title(check, section, why);
    }
    if (suffix_list_is_listed(check->suffixes, reference->value, reference->value_len))
        return refuse_title(check, section,
                            "this is a public suffix, below which the names are different "
                            "people's: give a domain below it");
    return 0;
}

static int check_title(const struct policy_check *check, const struct parsed_section *section,
                       struct domain_title *title)
{
    const char *fault = NULL;
    int r;

    if (strchr(section->title, '*'))
        return refuse_title(check, section,
                            "a title cannot have a star: give the domain without it, and "
                            "\"subdomains = one\" or \"subdomains = all\" within");
    r = policy_network_parse(&title->network, section->title, &fault);
    if (r < 0)
        return r;
    if (r == POLICY_NETWORK_BAD)
        return refuse_title(check, section, fault);
    title->is_network = r == POLICY_NETWORK;
    return title->is_network ? 0 : check_name(check, section, &title->reference);
}

static int copy_title(const struct policy_check *check, const struct domain_title *title,
                      struct policy_domain *domain)
{
    struct memory_text out = {0};
    char *text = NULL;
    size_t len = 0;
    int r;

    if (title->is_network)
        policy_network_print(&out, &title->network);
    else
        memory_text_append(&out, title->reference.value);
    r = memory_text_finish(&out, &text, &len);
    if (r)
        return r;
    domain->title = policy_memory_copy_text(&check->policy->memory, text, len);
    free(text);
    domain->is_network = title->is_network;
    return domain->title ? 0 : -ENOMEM;
}

/*
 * Remembers whether the section itself sets a profile for certificates: such a profile also holds
 * for the anchors of trust sections that have a profile of their own.
 */
static void note_profiles(struct policy_settings *settings)
{
    settings->certificates_set = (settings->set_keys & 1u << POLICY_KEY_CERTIFICATES) != 0;
    settings->certificates_report_set = (settings->set_keys &
                                         1u << POLICY_KEY_CERTIFICATES_REPORT) != 0;
}

static int read_pinset(const struct policy_check *check, const struct parsed_section *section,
                       struct policy_rule *rule)
{
    const struct parsed_value *value = parsed_section_value(section, POLICY_KEY_PINSET_NAME);
    struct policy_excerpt excerpt;

    if (!value)
        return 0;
    rule->pinset = policy_pinset_find(check->policy, value->text);
    if (rule->pinset) {
        check->policy->pinsets[rule->pinset - check->policy->pinsets].is_named = true;
        return 0;
    }
    return policy_error_set(check->error, section->file, value->line,
                            "there is no pinset \"%s\": define it, or correct the name",
                            policy_excerpt_make(&excerpt, value->text));
}

static int refuse_exempt(const struct policy_check *check, const struct parsed_section *section,
                         const char *name, const char *why)
{
    struct policy_excerpt excerpt;

    return policy_error_set(check->error, section->file,
                            parsed_section_value(section, POLICY_KEY_EXEMPT)->line,
                            "exempt: \"%s\": %s", policy_excerpt_make(&excerpt, name), why);
}

/*
 * Returns what is wrong with an exempted name as a sentence fragment, or NULL. A name that the
 * section does not cover anyway is refused, since the exemption would have no effect.
 */
static const char *find_exempt_fault(const struct policy_domain *domain, const char *name)
{
    size_t len = strlen(name);
    const char *below = name;
    size_t n_labels = 0;

    while (policy_name_rise(&below, &len)) {
        n_labels++;
        if (strcmp(below, domain->title) != 0)
            continue;
        return domain->depth == POLICY_DEPTH_ALL ||
                       (domain->depth == POLICY_DEPTH_ONE && n_labels == 1)
                   ? NULL
                   : "the section does not reach it: give another \"subdomains\", or take it out";
    }
    return "it is not below the domain: take it out";
}

static int check_exempt_names(const struct policy_check *check,
                              const struct parsed_section *section,
                              const struct policy_domain *domain)
{
    for (size_t i = 0; i < domain->exempt.n_texts; i++) {
        const char *fault = find_exempt_fault(domain, domain->exempt.texts[i]);

        if (fault)
            return refuse_exempt(check, section, domain->exempt.texts[i], fault);
    }
    return 0;
}

static int check_exempt_networks(const struct policy_check *check,
                                 const struct parsed_section *section,
                                 const struct policy_network *network,
                                 const struct policy_networks *exempt)
{
    for (size_t i = 0; i < exempt->n_networks; i++) {
        const struct policy_network *part = &exempt->networks[i];

        if (part->n_bits <= network->n_bits ||
            !policy_network_has(network, part->address, part->address_len))
            return refuse_exempt(check, section,
                                 parsed_section_value(section, POLICY_KEY_EXEMPT)->text,
                                 "this list has an address or network outside of the section's "
                                 "network: take it out");
    }
    return 0;
}

static int read_exempt(const struct policy_check *check, const struct parsed_section *section,
                       const struct domain_title *title, struct policy_domain *domain)
{
    int r;

    if (!title->is_network) {
        r = policy_values_read_names(check, section, POLICY_KEY_EXEMPT, &domain->exempt, NULL);
        return r == 0 ? check_exempt_names(check, section, domain) : r;
    }
    r = policy_values_read_networks(check, section, POLICY_KEY_EXEMPT, &domain->exempt_networks);
    return r == 0 ? check_exempt_networks(check, section, &title->network, &domain->exempt_networks)
                  : r;
}

static int read_subdomains(const struct policy_check *check, const struct parsed_section *section,
                           struct policy_domain *domain)
{
    const struct parsed_value *value = parsed_section_value(section, POLICY_KEY_SUBDOMAINS);
    size_t depth = POLICY_DEPTH_NONE;
    int r;

    if (value && domain->is_network)
        return policy_values_refuse(check, section, POLICY_KEY_SUBDOMAINS, value,
                                    strchr(section->title, '/')
                                        ? "a network has no subdomains: take it out"
                                        : "an IP address has no subdomains: give a network, as in "
                                          "\"10.0.0.0/8\"");
    if (value && !strchr(domain->title, '.'))
        return policy_values_refuse(
            check, section, POLICY_KEY_SUBDOMAINS, value,
            "a title of one label has no subdomains, because nobody can say "
            "who owns the names below it: take it out");
    r = policy_values_read_keyword(check, section, POLICY_KEY_SUBDOMAINS, &depth);
    domain->depth = (enum policy_depth)depth;
    return r;
}

static int check_domain(const struct policy_check *check, const struct parsed_section *section)
{
    struct policy *policy = check->policy;
    struct policy_domain *domain = &policy->domains[policy->n_domains];
    struct domain_title title = {.is_network = false};
    int r;

    r = check_title(check, section, &title);
    if (r != 0)
        return r;
    domain->settings = policy->default_settings;
    r = copy_title(check, &title, domain);
    if (r == 0)
        r = policy_section_origin(check, section, POLICY_SECTION_DOMAIN, &domain->rule.origin);
    if (r == 0)
        r = read_subdomains(check, section, domain);
    if (r == 0)
        r = policy_settings_read(check, section, true, &domain->settings);
    if (r == 0)
        r = read_pinset(check, section, &domain->rule);
    note_profiles(&domain->settings);
    if (r == 0)
        r = read_exempt(check, section, &title, domain);
    if (r != 0)
        return r;
    domain->network = title.network;
    policy_settings_apply(&domain->settings, &domain->rule);
    policy->n_domains++;
    return 0;
}

/*
 * Orders domain sections: names before networks, names by title and networks by
 * policy_network_compare.
 */
static int compare_domains(const void *a, const void *b)
{
    const struct policy_domain *one = a;
    const struct policy_domain *other = b;

    if (one->is_network != other->is_network)
        return one->is_network ? 1 : -1;
    return one->is_network ? policy_network_compare(&one->network, &other->network)
                           : strcmp(one->title, other->title);
}

int policy_domains_check(const struct policy_check *check)
{
    const struct parsed_list *list = &check->config->lists[POLICY_SECTION_DOMAIN];
    struct policy *policy = check->policy;

    policy->domains = policy_memory_alloc(&policy->memory, list->n_sections,
                                          sizeof(*policy->domains));
    if (!policy->domains)
        return -ENOMEM;
    for (size_t i = 0; i < list->n_sections; i++) {
        int r = check_domain(check, &list->sections[i]);

        if (r != 0)
            return r;
    }
    qsort(policy->domains, policy->n_domains, sizeof(*policy->domains), compare_domains);
    return 0;
}
