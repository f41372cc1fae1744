/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The configuration as it was written: sections, titles and values with their lines, in the order
 * of the text. Nothing is judged here but what the grammar itself forbids; check.h does that.
 */

#include <stddef.h>

enum draft_kind {
    DRAFT_DEFAULTS = 0,
    DRAFT_PINSET,
    DRAFT_DOMAIN,
    DRAFT_KINDS,
};

/* Keys with one value. A pinset's list of pins stands apart. */
enum draft_key {
    DRAFT_RULES = 0,
    DRAFT_COMMON_NAME,
    DRAFT_WILDCARDS,
    DRAFT_PUBLIC_SUFFIX_WILDCARDS,
    DRAFT_RULES_REPORT,
    DRAFT_SUBDOMAINS,
    DRAFT_PINSET_NAME,
    DRAFT_KEYS,
};

struct draft_value {
    char *text; /* NULL: the key is not there */
    unsigned line;
};

struct draft_section {
    char *title;   /* NULL for defaults */
    unsigned line; /* of the first word */
    struct draft_value values[DRAFT_KEYS];
    struct draft_value *pins;
    size_t n_pins;
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

/* Appends a pin's text. 0 or -ENOMEM. */
int draft_section_add_pin(struct draft_section *section, const char *text, unsigned line);

/* Frees what it holds and leaves it empty. */
void draft_section_deinit(struct draft_section *section);

/* Frees what it holds and leaves it empty. */
void draft_deinit(struct draft *draft);
