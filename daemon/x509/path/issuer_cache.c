/* SPDX-License-Identifier: MIT */
#include "daemon/x509/path/issuer_cache.h"

#include <string.h>

/*
 * Returns the set for a certificate. The serial number is hashed too, since certificates of one CA
 * have the same names.
 */
static struct parsed_certificate **find_set(struct issuer_cache *cache,
                                            const struct outline *outline)
{
    uint64_t hash = outline->subject_hash ^ outline->issuer_hash << 1;

    for (size_t i = 0; i < outline->serial.len; i++)
        hash = hash * 31 + outline->serial.data[i];
    return cache->certificates[(hash ^ hash >> 32) % ISSUER_CACHE_SETS_COUNT];
}

void issuer_cache_init(struct issuer_cache *cache)
{
    *cache = (struct issuer_cache){0};
}

void issuer_cache_deinit(struct issuer_cache *cache)
{
    for (size_t set = 0; set < ISSUER_CACHE_SETS_COUNT; set++) {
        for (size_t way = 0; way < ISSUER_CACHE_WAYS_COUNT; way++)
            parsed_certificate_unref(cache->certificates[set][way]);
    }
    issuer_cache_init(cache);
}

bool issuer_cache_clear(struct issuer_cache *cache)
{
    bool was_filled = cache->n_bytes > 0;
    uint64_t last_id = cache->last_id;

    issuer_cache_deinit(cache);
    /* Ids are not used again, so that a link of an earlier certificate never holds for a later one.
     */
    cache->last_id = last_id;
    return was_filled;
}

/*
 * Puts the certificate at the first place of the set, and moves those before place `way` back by
 * one.
 */
static void put_first(struct parsed_certificate **set, size_t way,
                      struct parsed_certificate *parsed)
{
    memmove(&set[1], &set[0], way * sizeof(*set));
    set[0] = parsed;
}

struct parsed_certificate *issuer_cache_find(struct issuer_cache *cache,
                                             const struct outline *outline)
{
    struct parsed_certificate **set = find_set(cache, outline);

    for (size_t way = 0; way < ISSUER_CACHE_WAYS_COUNT && set[way]; way++) {
        struct parsed_certificate *parsed = set[way];

        if (!outline_is_same(&parsed->outline, outline))
            continue;
        put_first(set, way, parsed);
        return parsed_certificate_ref(parsed);
    }
    return NULL;
}

void issuer_cache_add(struct issuer_cache *cache, struct parsed_certificate *parsed)
{
    struct parsed_certificate **set = find_set(cache, &parsed->outline);
    struct parsed_certificate *oldest = set[ISSUER_CACHE_WAYS_COUNT - 1];
    size_t n_bytes = cache->n_bytes - (oldest ? oldest->outline.parsed_bytes : 0);

    if (parsed->id != 0 || n_bytes + parsed->outline.parsed_bytes > ISSUER_CACHE_BYTES)
        return;
    if (oldest)
        oldest->id = 0;
    parsed_certificate_unref(oldest);
    cache->n_bytes = n_bytes + parsed->outline.parsed_bytes;
    parsed->id = ++cache->last_id;
    put_first(set, ISSUER_CACHE_WAYS_COUNT - 1, parsed_certificate_ref(parsed));
}

static size_t find_place(struct issuer_cache_link link)
{
    uint64_t hash = link.subject * UINT64_C(0x9e3779b97f4a7c15) + link.issuer;

    return (hash ^ hash >> 29) % ISSUER_CACHE_LINKS_COUNT;
}

bool issuer_cache_has_link(const struct issuer_cache *cache,
                           const struct parsed_certificate *subject,
                           const struct parsed_certificate *issuer)
{
    struct issuer_cache_link link = {.subject = subject->id, .issuer = issuer->id};
    const struct issuer_cache_link *known = &cache->links[find_place(link)];

    return link.subject != 0 && link.issuer != 0 && known->subject == link.subject &&
           known->issuer == link.issuer;
}

void issuer_cache_add_link(struct issuer_cache *cache, const struct parsed_certificate *subject,
                           const struct parsed_certificate *issuer)
{
    struct issuer_cache_link link = {.subject = subject->id, .issuer = issuer->id};

    if (link.subject != 0 && link.issuer != 0)
        cache->links[find_place(link)] = link;
}
