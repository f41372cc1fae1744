/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A configuration as it was parsed: sections, titles and values with their lines, in the order of
 * the text. The grammar has been checked; policy_check_config checks the values.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/policy/schema.h"

struct parsed_value {
    char *text;
    unsigned line;
    bool has_id; /* the value is a user or group that has been looked up before */
    uint32_t id; /* with has_id: its number */
};

/* A key of a section with its value, or with the values of its list. */
struct parsed_entry {
    enum policy_key key;
    struct parsed_value *values;
    size_t n_values; /* at least 1 */
};

struct parsed_section {
    char *title;      /* NULL for a kind of section that has no titles */
    const char *file; /* the name of the file, borrowed from the policy */
    unsigned line;    /* the line at which the section begins */
    struct parsed_entry *entries;
    size_t n_entries;
};

/* All sections of one kind. */
struct parsed_list {
    struct parsed_section *sections;
    size_t n_sections;
    size_t capacity; /* the number of sections that `sections` has room for */
};

/* A zero-initialised configuration has no sections. */
struct parsed_config {
    struct parsed_list lists[POLICY_SECTION_KINDS_COUNT];
};

/*
 * Moves *section to the end of the list of its kind and leaves *section empty. On failure *section
 * is unchanged. Returns 0 or -ENOMEM.
 */
int parsed_config_add(struct parsed_config *config, enum policy_section_kind kind,
                      struct parsed_section *section);

/* Frees all sections and leaves the configuration empty. */
void parsed_config_deinit(struct parsed_config *config);

/*
 * Appends a copy of `text` to the values of `key`, and adds the key if the section does not have it
 * yet. Returns 0 or -ENOMEM.
 */
int parsed_section_add(struct parsed_section *section, enum policy_key key, const char *text,
                       unsigned line);

/* Sets the number of the user or group that was added last to the values of `key`. */
void parsed_section_set_id(struct parsed_section *section, enum policy_key key, uint32_t id);

/* Returns the entry of `key`, or NULL where the section does not have that key. */
const struct parsed_entry *parsed_section_find(const struct parsed_section *section,
                                               enum policy_key key);

/* Returns the first value of `key`, or NULL where the section does not have that key. */
const struct parsed_value *parsed_section_value(const struct parsed_section *section,
                                                enum policy_key key);

/* Frees what the section points at and leaves the section empty. */
void parsed_section_deinit(struct parsed_section *section);
