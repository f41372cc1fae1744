/* SPDX-License-Identifier: MIT */
#include "daemon/policy/index.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "daemon/policy/names.h"

/*
 * The hash is FNV-1a over the bytes from last to first, so that one pass over a name yields the
 * hash of each of its suffixes.
 */
#define HASH_START 2166136261u
#define HASH_PRIME 16777619u

static uint32_t extend_hash(uint32_t hash, char c)
{
    return (hash ^ policy_name_fold(c)) * HASH_PRIME;
}

int policy_index_init(struct policy_index *index, struct policy_memory *memory, size_t n)
{
    size_t n_slots = 2;

    while (n_slots < 2 * n)
        n_slots *= 2;
    index->slots = policy_memory_alloc(memory, n_slots, sizeof(*index->slots));
    index->n_slots = index->slots ? n_slots : 0;
    return index->slots ? 0 : -ENOMEM;
}

/*
 * Returns the slot at which a search for the hash begins. The search goes on slot by slot to an
 * empty one; at least half of the slots are empty. The upper bits are mixed in because the low bits
 * of the hash are the weakest.
 */
static struct policy_slot *find_first_slot(const struct policy_index *index, uint32_t hash)
{
    return &index->slots[(hash ^ hash >> 16) & (index->n_slots - 1)];
}

static struct policy_slot *find_next_slot(const struct policy_index *index,
                                          struct policy_slot *slot)
{
    return slot + 1 == index->slots + index->n_slots ? index->slots : slot + 1;
}

void policy_index_add(struct policy_index *index, const char *name, uint32_t place)
{
    uint32_t hash = HASH_START;
    struct policy_slot *slot;

    for (size_t i = strlen(name); i > 0; i--)
        hash = extend_hash(hash, name[i - 1]);
    slot = find_first_slot(index, hash);
    while (slot->place != 0)
        slot = find_next_slot(index, slot);
    *slot = (struct policy_slot){.hash = hash, .place = place + 1, .name = name};
}

size_t policy_index_suffixes(struct policy_suffix suffixes[static POLICY_SUFFIXES_COUNT],
                             const char *name, size_t len)
{
    uint32_t hash = HASH_START;
    size_t n = 0;

    len = policy_name_length(name, len);
    for (size_t i = len; i > 0 && n < POLICY_SUFFIXES_COUNT; i--) {
        hash = extend_hash(hash, name[i - 1]);
        if (i == 1 || name[i - 2] == '.')
            suffixes[n++] = (struct policy_suffix){name + i - 1, len - i + 1, hash};
    }
    return n;
}

static bool has_suffix(const struct policy_slot *slot, const struct policy_suffix *suffix)
{
    return slot->hash == suffix->hash &&
           policy_name_compare(suffix->name, suffix->len, slot->name, strlen(slot->name)) == 0;
}

uint32_t policy_index_find(const struct policy_index *index, const struct policy_suffix *suffix)
{
    struct policy_slot *slot;

    if (index->n_slots == 0)
        return POLICY_INDEX_NONE;
    slot = find_first_slot(index, suffix->hash);
    while (slot->place != 0 && !has_suffix(slot, suffix))
        slot = find_next_slot(index, slot);
    return slot->place == 0 ? POLICY_INDEX_NONE : slot->place - 1;
}
