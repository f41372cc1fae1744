/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A hash table of names. Finding a name and all listed names that it is below takes one search for
 * each of its labels, however many names are listed. All listed names are the administrator's, so
 * no client can cause collisions.
 */

#include <stddef.h>
#include <stdint.h>

#include "daemon/policy/memory.h"

struct policy_slot {
    uint32_t hash;
    uint32_t place;   /* 1 + the number that was added with the name; 0: the slot is empty */
    const char *name; /* in canonical form (names.h) */
};

/* A zero-initialised index is empty. */
struct policy_index {
    struct policy_slot *slots;
    size_t n_slots; /* a power of two, or 0 */
};

/*
 * The most suffixes of a name that are searched for. A listed name has at most 127 labels (253
 * octets, RFC 1035 section 2.3.4). Two more suffixes suffice to tell a name that is one label below
 * a listed name from one that is more labels below.
 */
#define POLICY_SUFFIXES_COUNT 129

/* A suffix of a name: one of its labels with all labels to the right. */
struct policy_suffix {
    const char *name;
    size_t len;
    uint32_t hash;
};

/* Makes room for n names, allocated from `memory`. Returns 0 or -ENOMEM. */
int policy_index_init(struct policy_index *index, struct policy_memory *memory, size_t n);

/*
 * Adds a name in canonical form, with a number that policy_index_find returns for it. The name is
 * borrowed and must not be in the index yet; policy_index_init has to have made room for it.
 */
void policy_index_add(struct policy_index *index, const char *name, uint32_t place);

/*
 * Fills in the suffixes of a name, the shortest first. Letters of either case and one trailing dot
 * are accepted. Of a name with more labels only the POLICY_SUFFIXES_COUNT shortest suffixes are
 * filled in. Returns the number of suffixes.
 */
size_t policy_index_suffixes(struct policy_suffix suffixes[static POLICY_SUFFIXES_COUNT],
                             const char *name, size_t len);

#define POLICY_INDEX_NONE UINT32_MAX

/* Returns the number that was added with the name of this suffix, or POLICY_INDEX_NONE. */
uint32_t policy_index_find(const struct policy_index *index, const struct policy_suffix *suffix);
