/* SPDX-License-Identifier: MIT */
#include "client/lib/tag.h"

#include <errno.h>
#include <sys/random.h>

int tag_source_init(struct tag_source *source)
{
    ssize_t n;

    *source = (struct tag_source){0};
    do
        n = getrandom(source->key, sizeof(source->key), 0);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return -errno;
    return n == (ssize_t)sizeof(source->key) ? 0 : -EIO;
}

static uint64_t hash_request(const struct tag_source *source, uint8_t kind, struct bytes payload)
{
    struct siphash hash;

    siphash_init(&hash, source->key);
    siphash_add(&hash, &kind, sizeof(kind));
    siphash_add(&hash, &source->counter, sizeof(source->counter));
    siphash_add(&hash, payload.data, payload.len);
    return siphash_end(&hash);
}

uint64_t tag_next(struct tag_source *source, enum frame_kind kind, struct bytes payload)
{
    uint64_t tag;

    do {
        source->counter++;
        tag = hash_request(source, (uint8_t)kind, payload);
    } while (tag == 0);
    return tag;
}
