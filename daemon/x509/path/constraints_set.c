/* SPDX-License-Identifier: MIT */
#include "daemon/x509/path/constraints_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_BYTES 256
#define FIRST_COUNT 16

/* Makes room for `more` elements of `width` bytes behind `n`. */
static int grow(void **datap, size_t *sizep, size_t n, size_t more, size_t first, size_t width)
{
    size_t size = *sizep ? *sizep : first;
    void *data;

    if (more > SIZE_MAX / 4 / width || n > SIZE_MAX / 4 / width)
        return -ENOMEM;
    if (*datap && more <= *sizep - n)
        return 0;
    while (size - n < more)
        size *= 2;
    data = realloc(*datap, size * width);
    if (!data)
        return -ENOMEM;
    *datap = data;
    *sizep = size;
    return 0;
}

int key_put(struct key *key, const void *data, size_t len)
{
    void *bytes = key->data;
    int r = grow(&bytes, &key->size, key->len, len, FIRST_BYTES, 1);

    if (r)
        return r;
    key->data = bytes;
    if (len > 0)
        memcpy(key->data + key->len, data, len);
    key->len += len;
    return 0;
}

void key_deinit(struct key *key)
{
    free(key->data);
    *key = (struct key){0};
}

int key_set_add(struct key_set *set, const struct key *key)
{
    void *bytes = set->bytes, *keys = set->keys;
    int r = grow(&bytes, &set->size, set->n_bytes, key->len, FIRST_BYTES, 1);

    if (r)
        return r;
    set->bytes = bytes;
    r = grow(&keys, &set->n_room, set->n, 1, FIRST_COUNT, sizeof(*set->keys));
    if (r)
        return r;
    set->keys = keys;
    if (key->len > 0)
        memcpy(set->bytes + set->n_bytes, key->data, key->len);
    set->n_bytes += key->len;
    /* Where it lies is known once the bytes stop moving. */
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

static bool begins(const struct bytes *start, const struct bytes *key)
{
    return start->len <= key->len &&
           (start->len == 0 || memcmp(start->data, key->data, start->len) == 0);
}

void key_set_seal(struct key_set *set)
{
    const uint8_t *at = set->bytes;
    size_t n = 0;

    for (size_t i = 0; i < set->n; i++) {
        set->keys[i].data = at;
        at += set->keys[i].len;
    }
    if (set->n > 0)
        qsort(set->keys, set->n, sizeof(*set->keys), compare);
    /* Whatever a key begins follows it at once. */
    for (size_t i = 0; i < set->n; i++)
        if (n == 0 || !begins(&set->keys[n - 1], &set->keys[i]))
            set->keys[n++] = set->keys[i];
    set->n = n;
}

bool key_set_covers(const struct key_set *set, const struct key *key)
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
    return first > 0 && begins(&set->keys[first - 1], &name);
}

void key_set_deinit(struct key_set *set)
{
    free(set->bytes);
    free(set->keys);
    *set = (struct key_set){0};
}
