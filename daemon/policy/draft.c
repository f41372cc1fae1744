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

        if (sections == NULL)
            return -ENOMEM;
        list->sections = sections;
        list->capacity = capacity;
    }
    list->sections[list->n_sections++] = *section;
    memset(section, 0, sizeof(*section));
    return 0;
}

int draft_section_add_pin(struct draft_section *section, const char *text, unsigned line)
{
    struct draft_value *pins = reallocarray(section->pins, section->n_pins + 1,
                                            sizeof(*section->pins));
    char *copy;

    if (pins == NULL)
        return -ENOMEM;
    section->pins = pins;
    copy = strdup(text);
    if (copy == NULL)
        return -ENOMEM;
    pins[section->n_pins++] = (struct draft_value){.text = copy, .line = line};
    return 0;
}

void draft_section_deinit(struct draft_section *section)
{
    for (size_t i = 0; i < section->n_pins; i++)
        free(section->pins[i].text);
    for (size_t i = 0; i < DRAFT_KEYS; i++)
        free(section->values[i].text);
    free(section->pins);
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
