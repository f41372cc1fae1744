/* SPDX-License-Identifier: MIT */
#include "daemon/x509/revocation/crl.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "daemon/x509/revocation/crl_set.h"
#include "daemon/x509/revocation/revocation_limits.h"

int crl_set_new(struct crl_set **setp, const struct x509_context *context)
{
    struct crl_set *set = calloc(1, sizeof(*set));

    if (!set)
        return error_origin(-ENOMEM);
    set->context = context;
    *setp = set;
    return 0;
}

struct crl_set *crl_set_free(struct crl_set *set)
{
    if (!set)
        return NULL;
    for (size_t i = 0; i < set->n; i++)
        crl_free(set->crls[i]);
    for (size_t i = 0; i < set->n_origins; i++)
        free(set->origins[i]);
    free(set->crls);
    free(set->indirect);
    free(set->origins);
    free(set);
    return NULL;
}

/* Returns the index of the first CRL whose issuer_hash is at least `hash`. */
static size_t find_lower_bound(const struct crl_set *set, uint64_t hash)
{
    size_t from = 0, until = set->n;

    while (from < until) {
        size_t middle = from + (until - from) / 2;

        if (set->crls[middle]->issuer_hash < hash)
            from = middle + 1;
        else
            until = middle;
    }
    return from;
}

struct crl *const *crl_set_find(const struct crl_set *set, uint64_t issuer_hash, size_t *np)
{
    size_t from = find_lower_bound(set, issuer_hash);
    size_t n = 0;

    while (from + n < set->n && set->crls[from + n]->issuer_hash == issuer_hash)
        n++;
    *np = n;
    return n > 0 ? set->crls + from : NULL;
}

static bool has_same(const struct crl_set *set, const struct crl *crl)
{
    size_t n;
    struct crl *const *crls = crl_set_find(set, crl->issuer_hash, &n);

    for (size_t i = 0; i < n; i++) {
        if (crls[i]->len == crl->len && memcmp(crls[i]->der, crl->der, crl->len) == 0)
            return true;
    }
    return false;
}

static int make_room(struct crl_set *set)
{
    size_t n_room = set->n_room ? set->n_room * 2 : 4;
    struct crl **crls;

    if (set->n < set->n_room)
        return 0;
    crls = reallocarray(set->crls, n_room, sizeof(*crls));
    if (!crls)
        return error_origin(-ENOMEM);
    set->crls = crls;
    set->n_room = n_room;
    return 0;
}

static int note_indirect(struct crl_set *set, struct crl *crl)
{
    struct crl **indirect;

    if (!crl->scope.is_indirect)
        return 0;
    indirect = reallocarray(set->indirect, set->n_indirect + 1, sizeof(*indirect));
    if (!indirect)
        return error_origin(-ENOMEM);
    set->indirect = indirect;
    indirect[set->n_indirect++] = crl;
    return 0;
}

/*
 * Inserts a CRL after the CRLs of the same issuer, so that these stay in the order in which they
 * were added.
 */
static void insert(struct crl_set *set, struct crl *crl)
{
    size_t at = find_lower_bound(set, crl->issuer_hash);

    while (at < set->n && set->crls[at]->issuer_hash == crl->issuer_hash)
        at++;
    memmove(set->crls + at + 1, set->crls + at, (set->n - at) * sizeof(struct crl *));
    set->crls[at] = crl;
    set->n++;
}

int crl_set_add(struct crl_set *set, const uint8_t *der, size_t len, const char *origin,
                size_t max_len, size_t max_n)
{
    struct crl *crl = NULL;
    int r;

    if (len == 0 || len > max_len)
        return CRL_INVALID;
    r = crl_parse(&crl, der, len);
    if (r)
        return r;
    if (has_same(set, crl)) {
        crl_free(crl);
        return 0;
    }
    r = set->n < max_n ? make_room(set) : CRL_INVALID;
    if (r == 0)
        r = note_indirect(set, crl);
    if (r) {
        crl_free(crl);
        return r;
    }
    crl->origin = origin;
    insert(set, crl);
    return 0;
}

int crl_set_add_request_der(struct crl_set *set, const uint8_t *der, size_t len)
{
    return crl_set_add(set, der, len, "the request", CRL_REQUEST_BYTES, CRL_REQUEST_COUNT);
}

int crl_set_add_configured_der(struct crl_set *set, const uint8_t *der, size_t len)
{
    return crl_set_add(set, der, len, "the configuration", CRL_FILE_BYTES, CRL_FILE_COUNT);
}

/*
 * Returns the set's own copy of an origin, or NULL if memory ran out. Many CRLs of one file can
 * follow each other in a set; they share one copy.
 */
static const char *own_origin(struct crl_set *set, const char *origin)
{
    char **origins;

    if (set->n_origins > 0 && strcmp(set->origins[set->n_origins - 1], origin) == 0)
        return set->origins[set->n_origins - 1];
    origins = reallocarray(set->origins, set->n_origins + 1, sizeof(*origins));
    if (!origins)
        return NULL;
    set->origins = origins;
    origins[set->n_origins] = strdup(origin);
    return origins[set->n_origins] ? origins[set->n_origins++] : NULL;
}

int crl_set_load_from(struct crl_set *set, const uint8_t *der, size_t len, const char *origin)
{
    const char *owned = own_origin(set, origin);

    if (!owned)
        return error_origin(-ENOMEM);
    return crl_set_add(set, der, len, owned, CRL_FILE_BYTES, CRL_FILE_COUNT);
}

struct bytes crl_set_der(const struct crl_set *set, size_t i)
{
    return (struct bytes){.data = set->crls[i]->der, .len = set->crls[i]->len};
}

const char *crl_set_origin(const struct crl_set *set, size_t i)
{
    return set->crls[i]->origin;
}

size_t crl_set_count(const struct crl_set *set)
{
    return set->n;
}

size_t crl_set_n_left_out(const struct crl_set *set)
{
    return set->n_left_out;
}

const char *crl_set_left_out(const struct crl_set *set)
{
    return set->left_out;
}

const char *crl_set_problem(const struct crl_set *set)
{
    return set->problem;
}
