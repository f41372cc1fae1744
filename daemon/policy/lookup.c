/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "daemon/policy/names.h"
#include "daemon/policy/network.h"
#include "daemon/policy/table.h"

/* Which section covers a subject. */
struct cover {
    const struct policy_domain *domain; /* NULL: none */
    bool exempts;                       /* and `defaults` holds */
};

/* Whether an entry reaches a name that stands `n_labels` below it. An exemption goes as deep as the
 * section that it is taken out of. */
static bool entry_covers(const struct policy_entry *entry, size_t n_labels)
{
    enum policy_depth depth = entry->domain->depth;

    return n_labels == 0 || depth == POLICY_DEPTH_ALL ||
           (n_labels == 1 && depth == POLICY_DEPTH_ONE && !entry->exempts);
}

static struct cover name_cover(const struct policy *policy, const char *name, size_t len)
{
    struct policy_suffix suffixes[POLICY_SUFFIXES_COUNT];
    size_t n = policy_suffixes(suffixes, name, len);

    for (size_t n_labels = 0; n_labels < n; n_labels++) {
        uint32_t place = policy_index_find(&policy->index, &suffixes[n - 1 - n_labels]);
        const struct policy_entry *entry;

        if (place == POLICY_INDEX_NONE)
            continue;
        entry = &policy->entries[place];
        if (entry_covers(entry, n_labels))
            return (struct cover){entry->domain, entry->exempts};
    }
    return (struct cover){0};
}

/* All entries of a level have prefixes of one length: so at most one holds the address, and it is
 * the one that does not come after it. */
static const struct policy_ip_entry *
level_find(const struct policy *policy, const struct policy_ip_level *level, const uint8_t *address)
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

static struct cover address_cover(const struct policy *policy, const uint8_t *address, size_t len)
{
    for (size_t i = 0; i < policy->n_ip_levels; i++) {
        const struct policy_ip_level *level = &policy->ip_levels[i];
        const struct policy_ip_entry *entry = NULL;

        if (level->address_len == len)
            entry = level_find(policy, level, address);
        if (entry)
            return (struct cover){entry->domain, entry->exempts};
    }
    return (struct cover){0};
}

/* A prefix of an IPv4 address is longer than any IPv6 one that holds its mapping. */
static struct cover subject_cover(const struct policy *policy, const struct policy_subject *subject)
{
    struct cover cover = {0};
    const uint8_t *mapped;

    if (subject->type == POLICY_SUBJECT_NAME)
        return name_cover(policy, subject->name, subject->len);
    if (subject->type != POLICY_SUBJECT_IP)
        return cover;
    mapped = policy_address_mapped(subject->address, subject->address_len);
    if (mapped)
        cover = address_cover(policy, mapped, 4);
    if (!cover.domain)
        cover = address_cover(policy, subject->address, subject->address_len);
    return cover;
}

/* The section of a class, or NULL; *is_knownp is false for the unidentifiable. */
static const struct policy_client_section *section_find(const struct policy *policy,
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
    struct cover cover = subject_cover(policy, subject);
    bool is_covered = cover.domain && !cover.exempts;
    const struct policy_client_section *section;
    struct policy_settings settings;
    bool is_known;

    *rule = is_covered ? cover.domain->rule : policy->defaults;
    if (cover.exempts)
        rule->exempted_by = &cover.domain->rule.origin;
    section = section_find(policy, client_class, &is_known);
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
