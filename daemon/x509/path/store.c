/* SPDX-License-Identifier: MIT */
#include "daemon/x509/path/store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "daemon/x509/parse/path_limits.h"

struct store {
    char *name;
    bool is_lasting;
    struct anchor **anchors; /* sorted by the hash of the subject */
    size_t n_anchors;
    size_t n_left_out;
    size_t n_room;
    struct store_limits limits;
    uint8_t *texts; /* the bytes of all names in `limits` */
    struct bytes *names;
    struct constraints_net *nets;
};

int store_new(struct store **storep, const char *name, bool is_lasting)
{
    struct store *store = calloc(1, sizeof(*store));

    if (!store)
        return error_origin(-ENOMEM);
    store->is_lasting = is_lasting;
    store->name = strdup(name);
    if (!store->name) {
        store_free(store);
        return error_origin(-ENOMEM);
    }
    *storep = store;
    return 0;
}

static void free_limits(struct store *store)
{
    free(store->texts);
    free(store->names);
    free(store->nets);
    store->texts = NULL;
    store->names = NULL;
    store->nets = NULL;
    store->limits = (struct store_limits){0};
}

struct store *store_free(struct store *store)
{
    if (!store)
        return NULL;
    for (size_t i = 0; i < store->n_anchors; i++)
        free(store->anchors[i]);
    free(store->anchors);
    free_limits(store);
    free(store->name);
    free(store);
    return NULL;
}

const char *store_name(const struct store *store)
{
    return store->name;
}

bool store_is_lasting(const struct store *store)
{
    return store->is_lasting;
}

size_t store_n_anchors(const struct store *store)
{
    return store->n_anchors;
}

const struct store_limits *store_limits(const struct store *store)
{
    return &store->limits;
}

const struct anchor *const *store_anchors(const struct store *store)
{
    return (const struct anchor *const *)store->anchors;
}

size_t store_n_left_out(const struct store *store)
{
    return store->n_left_out;
}

void store_leave_out(struct store *store)
{
    store->n_left_out++;
}

/* --- limits --- */

static size_t count_text(const struct bytes *spans, size_t n)
{
    size_t len = 0;

    for (size_t i = 0; i < n; i++)
        len += spans[i].len;
    return len;
}

/*
 * Copies a list of names to `names` and their bytes to *textp, which is moved behind them. Returns
 * `names`.
 */
static const struct bytes *copy_names(struct bytes *names, const struct bytes *from, size_t n,
                                      uint8_t **textp)
{
    for (size_t i = 0; i < n; i++) {
        memcpy(*textp, from[i].data, from[i].len);
        names[i] = (struct bytes){.data = *textp, .len = from[i].len};
        *textp += from[i].len;
    }
    return names;
}

static const struct constraints_net *copy_nets(struct constraints_net *nets,
                                               const struct constraints_net *from, size_t n)
{
    if (n > 0)
        memcpy(nets, from, n * sizeof(*nets));
    return nets;
}

int store_set_limits(struct store *store, const struct store_limits *limits)
{
    const struct constraints_options *from = &limits->names;
    struct constraints_options *to = &store->limits.names;
    size_t n_text = count_text(from->permitted_dns, from->n_permitted_dns) +
                    count_text(from->excluded_dns, from->n_excluded_dns);
    uint8_t *text;

    free_limits(store);
    store->texts = calloc(n_text + 1, 1);
    store->names = calloc(from->n_permitted_dns + from->n_excluded_dns + 1, sizeof(struct bytes));
    store->nets = calloc(from->n_permitted_ip + from->n_excluded_ip + 1,
                         sizeof(struct constraints_net));
    if (!store->texts || !store->names || !store->nets) {
        free_limits(store);
        return error_origin(-ENOMEM);
    }
    store->limits = *limits;
    text = store->texts;
    to->permitted_dns = copy_names(store->names, from->permitted_dns, from->n_permitted_dns, &text);
    to->excluded_dns = copy_names(store->names + from->n_permitted_dns, from->excluded_dns,
                                  from->n_excluded_dns, &text);
    to->permitted_ip = copy_nets(store->nets, from->permitted_ip, from->n_permitted_ip);
    to->excluded_ip = copy_nets(store->nets + from->n_permitted_ip, from->excluded_ip,
                                from->n_excluded_ip);
    return 0;
}

/* --- anchors --- */

/* Returns the index of the first anchor whose hash is at least `hash`. */
static size_t find_place(const struct store *store, uint64_t hash)
{
    size_t low = 0, high = store->n_anchors;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (store->anchors[middle]->outline.subject_hash < hash)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const struct anchor *const *store_find(const struct store *store, uint64_t subject_hash, size_t *np)
{
    size_t at = find_place(store, subject_hash), end = at;

    while (end < store->n_anchors && store->anchors[end]->outline.subject_hash == subject_hash)
        end++;
    *np = end - at;
    return end > at ? &store_anchors(store)[at] : NULL;
}

static bool has_anchor(const struct store *store, const struct outline *outline)
{
    size_t n;
    const struct anchor *const *anchors = store_find(store, outline->subject_hash, &n);

    for (size_t i = 0; i < n; i++) {
        if (outline_is_same(&anchors[i]->outline, outline))
            return true;
    }
    return false;
}

static int make_room(struct store *store)
{
    size_t n_room = store->n_room ? store->n_room * 2 : 16;
    struct anchor **anchors;

    if (store->n_anchors == STORE_ANCHORS_COUNT)
        return STORE_FULL;
    if (store->n_anchors < store->n_room)
        return 0;
    anchors = reallocarray(store->anchors, n_room, sizeof(*anchors));
    if (!anchors)
        return error_origin(-ENOMEM);
    store->anchors = anchors;
    store->n_room = n_room;
    return 0;
}

static void insert_anchor(struct store *store, struct anchor *anchor)
{
    size_t at = find_place(store, anchor->outline.subject_hash);

    memmove(&store->anchors[at + 1], &store->anchors[at],
            (store->n_anchors - at) * sizeof(*store->anchors));
    store->anchors[at] = anchor;
    store->n_anchors++;
}

int store_add(struct store *store, const uint8_t *der, size_t len, int *faultp)
{
    struct outline outline;
    struct anchor *anchor;
    int r;

    *faultp = outline_read(&outline, der, len);
    if (*faultp)
        return STORE_INVALID;
    if (has_anchor(store, &outline))
        return 0;
    r = make_room(store);
    if (r)
        return r;
    anchor = malloc(sizeof(*anchor) + len);
    if (!anchor)
        return error_origin(-ENOMEM);
    memcpy(anchor->der, der, len);
    outline_move(&anchor->outline, &outline, anchor->der);
    insert_anchor(store, anchor);
    return 0;
}
