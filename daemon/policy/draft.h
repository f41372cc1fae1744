/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The configuration as it was written: sections, titles and values with their lines, in the order
 * of the text. Nothing is judged here but what the grammar itself forbids; check.h does that.
 */

#include <stddef.h>

#include "daemon/policy/keys.h"

struct draft_value {
    char *text;
    unsigned line;
};

/* A key and what it is given: one value, or those of a list. */
struct draft_entry {
    enum draft_key key;
    struct draft_value *values; /* one at least */
    size_t n_values;
};

struct draft_section {
    char *title;      /* NULL where a section has none */
    const char *file; /* borrowed */
    unsigned line;    /* of the first word */
    struct draft_entry *entries;
    size_t n_entries;
};

struct draft_list {
    struct draft_section *sections;
    size_t n_sections;
    size_t capacity;
};

/* Zero-initialised, it is empty. */
struct draft {
    struct draft_list lists[DRAFT_KINDS];
};

/* Moves *section, which is empty afterwards, to the end of its list. 0 or -ENOMEM. */
int draft_add(struct draft *draft, enum draft_kind kind, struct draft_section *section);

/* Appends a value of `key`, which gets an entry if it has none. 0 or -ENOMEM. */
int draft_section_add(struct draft_section *section, enum draft_key key, const char *text,
                      unsigned line);

/* What the section says of `key`, or NULL. */
const struct draft_entry *draft_section_find(const struct draft_section *section,
                                             enum draft_key key);

/* Its first value, or NULL. */
const struct draft_value *draft_section_value(const struct draft_section *section,
                                              enum draft_key key);

/* Frees what it holds and leaves it empty. */
void draft_section_deinit(struct draft_section *section);

/* Frees what it holds and leaves it empty. */
void draft_deinit(struct draft *draft);
