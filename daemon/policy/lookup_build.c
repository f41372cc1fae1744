/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/policy/check.h"

static int entry_compare(const void *a, const void *b)
{
    const struct policy_entry *one = a;
    const struct policy_entry *other = b;

    return strcmp(one->name, other->name);
}

static int ip_entry_compare(const void *a, const void *b)
{
    const struct policy_ip_entry *one = a;
    const struct policy_ip_entry *other = b;

    return policy_network_compare(&one->network, &other->network);
}

static void entry_add(struct policy *policy, const char *name, const struct policy_domain *domain,
                      bool exempts)
{
    policy->entries[policy->n_entries++] = (struct policy_entry){
        .name = name,
        .domain = domain,
        .exempts = exempts,
    };
}

static void ip_entry_add(struct policy *policy, const struct policy_network *network,
                         const struct policy_domain *domain, bool exempts)
{
    policy->ip_entries[policy->n_ip_entries++] = (struct policy_ip_entry){
        .network = *network,
        .domain = domain,
        .exempts = exempts,
    };
}

static void domain_add(struct policy *policy, const struct policy_domain *domain)
{
    if (domain->is_network)
        ip_entry_add(policy, &domain->network, domain, false);
    else
        entry_add(policy, domain->title, domain, false);
    for (size_t i = 0; i < domain->exempt.n_texts; i++)
        entry_add(policy, domain->exempt.texts[i], domain, true);
    for (size_t i = 0; i < domain->exempt_networks.n_networks; i++)
        ip_entry_add(policy, &domain->exempt_networks.networks[i], domain, true);
}

static int entries_fill(struct policy *policy)
{
    size_t n = policy->n_domains;

    for (size_t i = 0; i < policy->n_domains; i++)
        n += policy->domains[i].exempt.n_texts + policy->domains[i].exempt_networks.n_networks;
    policy->entries = policy_memory_take(&policy->memory, n, sizeof(*policy->entries));
    policy->ip_entries = policy_memory_take(&policy->memory, n, sizeof(*policy->ip_entries));
    if (!policy->entries || !policy->ip_entries)
        return -ENOMEM;
    for (size_t i = 0; i < policy->n_domains; i++)
        domain_add(policy, &policy->domains[i]);
    qsort(policy->entries, policy->n_entries, sizeof(*policy->entries), entry_compare);
    qsort(policy->ip_entries, policy->n_ip_entries, sizeof(*policy->ip_entries), ip_entry_compare);
    return 0;
}

static int twice_refuse(const struct check *check, const struct policy_domain *one,
                        const struct policy_domain *other, bool exempts)
{
    const struct policy_origin *first = &one->rule.origin;
    const struct policy_origin *second = &other->rule.origin;

    return exempts ? policy_exemption_refuse(check, first, second)
                   : policy_duplicate_refuse(check, first, second);
}

static int duplicates_check(const struct check *check)
{
    const struct policy_entry *entries = check->policy->entries;
    const struct policy_ip_entry *ip_entries = check->policy->ip_entries;

    for (size_t i = 1; i < check->policy->n_entries; i++)
        if (entry_compare(&entries[i - 1], &entries[i]) == 0)
            return twice_refuse(check, entries[i - 1].domain, entries[i].domain,
                                entries[i - 1].exempts || entries[i].exempts);
    for (size_t i = 1; i < check->policy->n_ip_entries; i++)
        if (ip_entry_compare(&ip_entries[i - 1], &ip_entries[i]) == 0)
            return twice_refuse(check, ip_entries[i - 1].domain, ip_entries[i].domain,
                                ip_entries[i - 1].exempts || ip_entries[i].exempts);
    return 0;
}

static int index_fill(struct policy *policy)
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

/* There are at most 33 and 129 lengths of prefix. */
static int levels_fill(struct policy *policy)
{
    policy->ip_levels = policy_memory_take(&policy->memory, 33 + 129, sizeof(*policy->ip_levels));
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

int policy_lookup_build(const struct check *check)
{
    int r = entries_fill(check->policy);

    if (r == 0)
        r = duplicates_check(check);
    if (r == 0)
        r = index_fill(check->policy);
    return r == 0 ? levels_fill(check->policy) : r;
}
