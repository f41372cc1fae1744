/* SPDX-License-Identifier: MIT */
#include "daemon/policy/parsed.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int parsed_config_add(struct parsed_config *config, enum policy_section_kind kind,
                      struct parsed_section *section)
{
    struct parsed_list *list = &config->lists[kind];

    if (list->n_sections == list->capacity) {
        size_t capacity = list->capacity == 0 ? 8 : 2 * list->capacity;
        void *sections = reallocarray(list->sections, capacity, sizeof(*list->sections));

        if (!sections)
            return -ENOMEM;
        list->sections = sections;
        list->capacity = capacity;
    }
    list->sections[list->n_sections++] = *section;
    memset(section, 0, sizeof(*section));
    return 0;
}

static struct parsed_entry *find_entry(const struct parsed_section *section, enum policy_key key)
{
    for (size_t i = 0; i < section->n_entries; i++)
        if (section->entries[i].key == key)
            return &section->entries[i];
    return NULL;
}

static struct parsed_entry *add_entry(struct parsed_section *section, enum policy_key key)
{
    void *entries = reallocarray(section->entries, section->n_entries + 1,
                                 sizeof(*section->entries));

    if (!entries)
        return NULL;
    section->entries = entries;
    section->entries[section->n_entries] = (struct parsed_entry){.key = key};
    return &section->entries[section->n_entries++];
}

int parsed_section_add(struct parsed_section *section, enum policy_key key, const char *text,
                       unsigned line)
{
    struct parsed_entry *entry = find_entry(section, key);
    void *values;
    char *copy;

    if (!entry)
        entry = add_entry(section, key);
    if (!entry)
        return -ENOMEM;
    values = reallocarray(entry->values, entry->n_values + 1, sizeof(*entry->values));
    if (!values)
        return -ENOMEM;
    entry->values = values;
    copy = strdup(text);
    if (!copy)
        return -ENOMEM;
    entry->values[entry->n_values++] = (struct parsed_value){.text = copy, .line = line};
    return 0;
}

void parsed_section_set_id(struct parsed_section *section, enum policy_key key, uint32_t id)
{
    struct parsed_entry *entry = find_entry(section, key);
    struct parsed_value *value = &entry->values[entry->n_values - 1];

    value->has_id = true;
    value->id = id;
}

const struct parsed_entry *parsed_section_find(const struct parsed_section *section,
                                               enum policy_key key)
{
    return find_entry(section, key);
}

const struct parsed_value *parsed_section_value(const struct parsed_section *section,
                                                enum policy_key key)
{
    const struct parsed_entry *entry = find_entry(section, key);

    return !entry || entry->n_values == 0 ? NULL : &entry->values[0];
}

void parsed_section_deinit(struct parsed_section *section)
{
    for (size_t i = 0; i < section->n_entries; i++) {
        for (size_t j = 0; j < section->entries[i].n_values; j++)
            free(section->entries[i].values[j].text);
        free(section->entries[i].values);
    }
    free(section->entries);
    free(section->title);
    memset(section, 0, sizeof(*section));
}

void parsed_config_deinit(struct parsed_config *config)
{
    for (size_t kind = 0; kind < POLICY_SECTION_KINDS_COUNT; kind++) {
        struct parsed_list *list = &config->lists[kind];

        for (size_t i = 0; i < list->n_sections; i++)
            parsed_section_deinit(&list->sections[i]);
        free(list->sections);
    }
    memset(config, 0, sizeof(*config));
}
