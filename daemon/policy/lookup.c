/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/policy/internal.h"
#include "daemon/policy/names.h"
#include "daemon/policy/network.h"
#include "daemon/policy/section.h"
#include "daemon/policy/sections.h"

static int compare_entries(const void *a, const void *b)
{
    const struct policy_entry *one = a;
    const struct policy_entry *other = b;

    return strcmp(one->name, other->name);
}

static int compare_ip_entries(const void *a, const void *b)
{
    const struct policy_ip_entry *one = a;
    const struct policy_ip_entry *other = b;

    return policy_network_compare(&one->network, &other->network);
}

static void add_entry(struct policy *policy, const char *name, const struct policy_domain *domain,
                      bool exempts)
{
    policy->entries[policy->n_entries++] = (struct policy_entry){
        .name = name,
        .domain = domain,
        .exempts = exempts,
    };
}

static void add_ip_entry(struct policy *policy, const struct policy_network *network,
                         const struct policy_domain *domain, bool exempts)
{
    policy->ip_entries[policy->n_ip_entries++] = (struct policy_ip_entry){
        .network = *network,
        .domain = domain,
        .exempts = exempts,
    };
}

static void add_domain(struct policy *policy, const struct policy_domain *domain)
{
    if (domain->is_network)
        add_ip_entry(policy, &domain->network, domain, false);
    else
        add_entry(policy, domain->title, domain, false);
    for (size_t i = 0; i < domain->exempt.n_texts; i++)
        add_entry(policy, domain->exempt.texts[i], domain, true);
    for (size_t i = 0; i < domain->exempt_networks.n_networks; i++)
        add_ip_entry(policy, &domain->exempt_networks.networks[i], domain, true);
}

static int fill_entries(struct policy *policy)
{
    size_t n = policy->n_domains;

    for (size_t i = 0; i < policy->n_domains; i++)
        n += policy->domains[i].exempt.n_texts + policy->domains[i].exempt_networks.n_networks;
    policy->entries = policy_memory_alloc(&policy->memory, n, sizeof(*policy->entries));
    policy->ip_entries = policy_memory_alloc(&policy->memory, n, sizeof(*policy->ip_entries));
    if (!policy->entries || !policy->ip_entries)
        return -ENOMEM;
    for (size_t i = 0; i < policy->n_domains; i++)
        add_domain(policy, &policy->domains[i]);
    qsort(policy->entries, policy->n_entries, sizeof(*policy->entries), compare_entries);
    qsort(policy->ip_entries, policy->n_ip_entries, sizeof(*policy->ip_entries),
          compare_ip_entries);
    return 0;
}

static int refuse_twice(const struct policy_check *check, const struct policy_domain *one,
                        const struct policy_domain *other, bool exempts)
{
    const struct policy_origin *first = &one->rule.origin;
    const struct policy_origin *second = &other->rule.origin;

    return exempts ? policy_section_refuse_exemption(check, first, second)
                   : policy_section_refuse_duplicate(check, first, second);
}

static int check_duplicates(const struct policy_check *check)
{
    const struct policy_entry *entries = check->policy->entries;
    const struct policy_ip_entry *ip_entries = check->policy->ip_entries;

    for (size_t i = 1; i < check->policy->n_entries; i++)
        if (compare_entries(&entries[i - 1], &entries[i]) == 0)
            return refuse_twice(check, entries[i - 1].domain, entries[i].domain,
                                entries[i - 1].exempts || entries[i].exempts);
    for (size_t i = 1; i < check->policy->n_ip_entries; i++)
        if (compare_ip_entries(&ip_entries[i - 1], &ip_entries[i]) == 0)
            return refuse_twice(check, ip_entries[i - 1].domain, ip_entries[i].domain,
                                ip_entries[i - 1].exempts || ip_entries[i].exempts);
    return 0;
}

static int fill_index(struct policy *policy)
{
    int r = policy_index_init(&policy->index, &policy->memory, policy->n_entries);

    for (size_t i = 0; r == 0 && i < policy->n_entries; i++)
        policy_index_add(&policy->index, policy->entries[i].name, (uint32_t)i);
    return r;
}

static bool is_same_level(const struct policy_ip_level *level, const struct policy_network *network)
{
    return level->address_len == network->address_len && level->n_bits == network->n_bits;
}

/*
 * Groups the sorted ip_entries by address family and prefix length. A prefix has 33 possible
 * lengths for IPv4 and 129 for IPv6, so there are at most that many groups.
 */
static int fill_levels(struct policy *policy)
{
    policy->ip_levels = policy_memory_alloc(&policy->memory, 33 + 129, sizeof(*policy->ip_levels));
    if (!policy->ip_levels)
        return -ENOMEM;
    for (size_t i = 0; i < policy->n_ip_entries; i++) {
        const struct policy_network *network = &policy->ip_entries[i].network;
        struct policy_ip_level *last = policy->ip_levels + policy->n_ip_levels;

        if (policy->n_ip_levels == 0 || !is_same_level(last - 1, network)) {
            *last = (struct policy_ip_level){network->address_len, network->n_bits, i, 0};
            policy->n_ip_levels++;
        }
        policy->ip_levels[policy->n_ip_levels - 1].n_entries++;
    }
    return 0;
}

int policy_lookup_build(const struct policy_check *check)
{
    int r = fill_entries(check->policy);

    if (r == 0)
        r = check_duplicates(check);
    if (r == 0)
        r = fill_index(check->policy);
    return r == 0 ? fill_levels(check->policy) : r;
}

/* The domain section that covers a subject. */
struct policy_cover {
    const struct policy_domain *domain; /* NULL: no section covers it */
    bool exempts; /* the section exempts the subject, so the rule of `defaults` holds */
};

/*
 * Returns whether the entry covers a name that has `n_labels` more labels than the entry. An
 * exemption covers as many levels as the section that it belongs to.
 */
static bool reaches_name(const struct policy_entry *entry, size_t n_labels)
{
    enum policy_depth depth = entry->domain->depth;

    return n_labels == 0 || depth == POLICY_DEPTH_ALL ||
           (n_labels == 1 && depth == POLICY_DEPTH_ONE && !entry->exempts);
}

static struct policy_cover cover_name(const struct policy *policy, const char *name, size_t len)
{
    struct policy_suffix suffixes[POLICY_SUFFIXES_COUNT];
    size_t n = policy_index_suffixes(suffixes, name, len);

    for (size_t n_labels = 0; n_labels < n; n_labels++) {
        uint32_t place = policy_index_find(&policy->index, &suffixes[n - 1 - n_labels]);
        const struct policy_entry *entry;

        if (place == POLICY_INDEX_NONE)
            continue;
        entry = &policy->entries[place];
        if (reaches_name(entry, n_labels))
            return (struct policy_cover){entry->domain, entry->exempts};
    }
    return (struct policy_cover){0};
}

/*
 * Returns the entry of this level whose network has the address, or NULL. All networks of a level
 * have the same prefix length, so at most one of them has it.
 */
static const struct policy_ip_entry *find_in_level(const struct policy *policy,
                                                   const struct policy_ip_level *level,
                                                   const uint8_t *address)
{
    size_t low = level->first;
    size_t high = level->first + level->n_entries;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct policy_ip_entry *entry = &policy->ip_entries[middle];

        if (policy_network_has(&entry->network, address, level->address_len))
            return entry;
        if (memcmp(address, entry->network.address, level->address_len) < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

static struct policy_cover cover_address(const struct policy *policy, const uint8_t *address,
                                         size_t len)
{
    for (size_t i = 0; i < policy->n_ip_levels; i++) {
        const struct policy_ip_level *level = &policy->ip_levels[i];
        const struct policy_ip_entry *entry = NULL;

        if (level->address_len == len)
            entry = find_in_level(policy, level, address);
        if (entry)
            return (struct policy_cover){entry->domain, entry->exempts};
    }
    return (struct policy_cover){0};
}

/*
 * Returns the section that covers the subject. An IPv4-mapped IPv6 address is looked up as IPv4
 * first: an IPv4 network is more specific than any IPv6 network that contains the mapped one.
 */
static struct policy_cover find_cover(const struct policy *policy,
                                      const struct policy_subject *subject)
{
    struct policy_cover cover = {0};
    const uint8_t *mapped;

    if (subject->type == POLICY_SUBJECT_NAME)
        return cover_name(policy, subject->name, subject->len);
    if (subject->type != POLICY_SUBJECT_IP)
        return cover;
    mapped = policy_network_mapped_address(subject->address, subject->address_len);
    if (mapped)
        cover = cover_address(policy, mapped, 4);
    if (!cover.domain)
        cover = cover_address(policy, subject->address, subject->address_len);
    return cover;
}

/*
 * Returns the section of a class of clients, or NULL if the class has none. *is_knownp is false for
 * a client that cannot be identified.
 */
static const struct policy_client_section *find_section(const struct policy *policy,
                                                        uint32_t client_class, bool *is_knownp)
{
    *is_knownp = client_class <= policy->n_client_sections;
    if (client_class == POLICY_CLASS_NONE)
        return NULL;
    return *is_knownp ? &policy->client_sections[client_class - 1] : policy->unidentified;
}

void policy_rule_for(const struct policy *policy, const struct policy_subject *subject,
                     uint32_t client_class, struct policy_rule *rule)
{
    struct policy_cover cover = find_cover(policy, subject);
    bool is_covered = cover.domain && !cover.exempts;
    const struct policy_client_section *section;
    struct policy_settings settings;
    bool is_known;

    *rule = is_covered ? cover.domain->rule : policy->defaults;
    if (cover.exempts)
        rule->exempted_by = &cover.domain->rule.origin;
    section = find_section(policy, client_class, &is_known);
    if (!section)
        return;
    settings = is_covered ? cover.domain->settings : policy->default_settings;
    if (is_known)
        policy_settings_overlay(&settings, &section->settings);
    else
        policy_settings_tighten(&settings, &section->settings);
    policy_settings_apply(&settings, rule);
    rule->client_origin = &section->origin;
}
