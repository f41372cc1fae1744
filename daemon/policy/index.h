/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Finds a name among many, and those it stands below, at a cost that does not grow with their
 * number: one probe a label. The names in it are the administrator's, so nobody who asks can make
 * two of them share a place.
 */

#include <stddef.h>
#include <stdint.h>

#include "daemon/policy/memory.h"

struct policy_slot {
    uint32_t hash;
    uint32_t place;   /* one more than what was added; 0: empty */
    const char *name; /* canonical (names.h) */
};

/* Zero-initialised, it is empty. */
struct policy_index {
    struct policy_slot *slots;
    size_t n_slots; /* a power of two, or 0 */
};

/* A name in an index has at most 127 labels (253 octets, RFC 1035 section 2.3.4), and of a name it
 * has to be seen whether it stands none, one, or more below that. */
#define POLICY_SUFFIXES_COUNT 129

/* Of a name, the part from one label on. */
struct policy_suffix {
    const char *name;
    size_t len;
    uint32_t hash;
};

/* Makes room for n names. 0 or -ENOMEM. */
int policy_index_init(struct policy_index *index, struct policy_memory *memory, size_t n);

/* Adds a name in canonical form, which stays where it is: another one each time, and at most as
 * many as there is room for. */
void policy_index_add(struct policy_index *index, const char *name, uint32_t place);

/*
 * The parts of a name that end where it ends, the shortest first; either case and one trailing dot
 * are taken. A name of more labels has only the last of them looked at. How many there are.
 */
size_t policy_index_suffixes(struct policy_suffix suffixes[static POLICY_SUFFIXES_COUNT],
                             const char *name, size_t len);

#define POLICY_INDEX_NONE UINT32_MAX

/* What was added with a name, or POLICY_INDEX_NONE. */
uint32_t policy_index_find(const struct policy_index *index, const struct policy_suffix *suffix);
