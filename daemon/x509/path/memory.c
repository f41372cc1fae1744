/* SPDX-License-Identifier: MIT */
#include "daemon/x509/path/memory.h"

#include <string.h>

/* Two certificates of one name differ in their names' hashes only if they differ in the issuer's:
 * the serial number tells them apart. */
static struct member **find_set(struct memory *memory, const struct outline *outline)
{
    uint64_t hash = outline->subject_hash ^ outline->issuer_hash << 1;

    for (size_t i = 0; i < outline->serial.len; i++)
        hash = hash * 31 + outline->serial.data[i];
    return memory->members[(hash ^ hash >> 32) % MEMORY_SETS_COUNT];
}

void memory_init(struct memory *memory)
{
    *memory = (struct memory){0};
}

void memory_deinit(struct memory *memory)
{
    for (size_t set = 0; set < MEMORY_SETS_COUNT; set++) {
        for (size_t way = 0; way < MEMORY_WAYS_COUNT; way++)
            member_unref(memory->members[set][way]);
    }
    memory_init(memory);
}

/* Puts a member before all others of its set that stand before `way`. */
static void put_first(struct member **set, size_t way, struct member *member)
{
    memmove(&set[1], &set[0], way * sizeof(*set));
    set[0] = member;
}

struct member *memory_find(struct memory *memory, const struct outline *outline)
{
    struct member **set = find_set(memory, outline);

    for (size_t way = 0; way < MEMORY_WAYS_COUNT && set[way]; way++) {
        struct member *member = set[way];

        if (!outline_is_same(&member->outline, outline))
            continue;
        put_first(set, way, member);
        return member_ref(member);
    }
    return NULL;
}

void memory_add(struct memory *memory, struct member *member)
{
    struct member **set = find_set(memory, &member->outline);
    struct member *oldest = set[MEMORY_WAYS_COUNT - 1];
    size_t n_bytes = memory->n_bytes - (oldest ? oldest->outline.der.len : 0);

    if (member->id != 0 || n_bytes + member->outline.der.len > MEMORY_BYTES)
        return;
    if (oldest)
        oldest->id = 0;
    member_unref(oldest);
    memory->n_bytes = n_bytes + member->outline.der.len;
    member->id = ++memory->last_id;
    put_first(set, MEMORY_WAYS_COUNT - 1, member_ref(member));
}

static size_t place_of(struct memory_link link)
{
    uint64_t hash = link.subject * UINT64_C(0x9e3779b97f4a7c15) + link.issuer;

    return (hash ^ hash >> 29) % MEMORY_LINKS_COUNT;
}

bool memory_has_link(const struct memory *memory, const struct member *subject,
                     const struct member *issuer)
{
    struct memory_link link = {.subject = subject->id, .issuer = issuer->id};
    const struct memory_link *known = &memory->links[place_of(link)];

    return link.subject != 0 && link.issuer != 0 && known->subject == link.subject &&
           known->issuer == link.issuer;
}

void memory_add_link(struct memory *memory, const struct member *subject,
                     const struct member *issuer)
{
    struct memory_link link = {.subject = subject->id, .issuer = issuer->id};

    if (link.subject != 0 && link.issuer != 0)
        memory->links[place_of(link)] = link;
}
