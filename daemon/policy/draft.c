/* SPDX-License-Identifier: MIT */
#include "daemon/policy/draft.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int draft_add(struct draft *draft, enum draft_kind kind, struct draft_section *section)
{
    struct draft_list *list = &draft->lists[kind];

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

static struct draft_entry *entry_find(const struct draft_section *section, enum draft_key key)
{
    for (size_t i = 0; i < section->n_entries; i++)
        if (section->entries[i].key == key)
            return &section->entries[i];
    return NULL;
}

static struct draft_entry *entry_add(struct draft_section *section, enum draft_key key)
{
    void *entries = reallocarray(section->entries, section->n_entries + 1,
                                 sizeof(*section->entries));

    if (!entries)
        return NULL;
    section->entries = entries;
    section->entries[section->n_entries] = (struct draft_entry){.key = key};
    return &section->entries[section->n_entries++];
}

int draft_section_add(struct draft_section *section, enum draft_key key, const char *text,
                      unsigned line)
{
    struct draft_entry *entry = entry_find(section, key);
    void *values;
    char *copy;

    if (!entry)
        entry = entry_add(section, key);
    if (!entry)
        return -ENOMEM;
    values = reallocarray(entry->values, entry->n_values + 1, sizeof(*entry->values));
    if (!values)
        return -ENOMEM;
    entry->values = values;
    copy = strdup(text);
    if (!copy)
        return -ENOMEM;
    entry->values[entry->n_values++] = (struct draft_value){.text = copy, .line = line};
    return 0;
}

const struct draft_entry *draft_section_find(const struct draft_section *section,
                                             enum draft_key key)
{
    return entry_find(section, key);
}

const struct draft_value *draft_section_value(const struct draft_section *section,
                                              enum draft_key key)
{
    const struct draft_entry *entry = entry_find(section, key);

    return !entry || entry->n_values == 0 ? NULL : &entry->values[0];
}

void draft_section_deinit(struct draft_section *section)
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

void draft_deinit(struct draft *draft)
{
    for (size_t kind = 0; kind < DRAFT_KINDS; kind++) {
        struct draft_list *list = &draft->lists[kind];

        for (size_t i = 0; i < list->n_sections; i++)
            draft_section_deinit(&list->sections[i]);
        free(list->sections);
    }
    memset(draft, 0, sizeof(*draft));
}
