/* SPDX-License-Identifier: MIT */
#pragma once

/* A hash table of names. Finding a name, and every listed name that it is below, takes one look for
 * each label, however many names there are. All names are the administrator's, so no client can
 * cause collisions. */

#include <stddef.h>
#include <stdint.h>

#include "daemon/policy/memory.h"

struct policy_slot {
    uint32_t hash;
    uint32_t place;   /* 1 + the number that was added with the name; 0: the slot is empty */
    const char *name; /* canonical (names.h) */
};

/* Zero-initialised, it is empty. */
struct policy_index {
    struct policy_slot *slots;
    size_t n_slots; /* a power of two, or 0 */
};

/* The most suffixes of a name that are looked up. A listed name has at most 127 labels (253 octets,
 * RFC 1035 section 2.3.4); two more tell whether a name is one label below it or more. */
#define POLICY_SUFFIXES_COUNT 129

/* The part of a name from one label to its end. */
struct policy_suffix {
    const char *name;
    size_t len;
    uint32_t hash;
};

/* Makes room for n names, which `memory` holds. Returns 0 or -ENOMEM. */
int policy_index_init(struct policy_index *index, struct policy_memory *memory, size_t n);

/* Adds a name in canonical form with a number of the caller's. The name is borrowed, must not be in
 * the index already, and there must be room for it. */
void policy_index_add(struct policy_index *index, const char *name, uint32_t place);

/* Fills in the suffixes of a name, the shortest first. Letters of either case and one trailing dot
 * are accepted. Of a name with too many labels only the last ones are filled in. Returns the number
 * of suffixes. */
size_t policy_index_suffixes(struct policy_suffix suffixes[static POLICY_SUFFIXES_COUNT],
                             const char *name, size_t len);

#define POLICY_INDEX_NONE UINT32_MAX

/* Returns the number that was added with that name, or POLICY_INDEX_NONE. */
uint32_t policy_index_find(const struct policy_index *index, const struct policy_suffix *suffix);
