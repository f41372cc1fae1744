/* SPDX-License-Identifier: MIT */
#include "daemon/x509/path/candidates.h"

#include <stdlib.h>
#include <string.h>

#define SET_BITS (sizeof(candidate_set) * 8)
_Static_assert(PATH_CANDIDATES_COUNT - 1 <= SET_BITS, "intermediates fit into a set");
_Static_assert(PATH_ANCHORS_COUNT <= SET_BITS, "anchors fit into a set");

static bool is_known(const struct candidates *candidates, const struct outline *outline)
{
    if (outline_is_same(&candidates->end_entity.outline, outline))
        return true;
    for (size_t i = 0; i < candidates->n_intermediates; i++) {
        if (outline_is_same(&candidates->intermediates[i].outline, outline))
            return true;
    }
    return false;
}

static void leave_out(struct candidates *candidates, size_t at, int fault)
{
    if (candidates->left_out.fault == 0 || fault < candidates->left_out.fault)
        candidates->left_out = (struct left_out){.at = at, .fault = fault};
}

static void add_intermediate(struct candidates *candidates, struct bytes der, size_t at)
{
    struct outline outline;
    int fault = outline_read(&outline, der.data, der.len);

    if (fault)
        leave_out(candidates, at, fault);
    else if (!is_known(candidates, &outline))
        candidates->intermediates[candidates->n_intermediates++].outline = outline;
}

static bool has_anchor(const struct candidates *candidates, const struct store *store,
                       const struct anchor *anchor)
{
    for (size_t i = 0; i < candidates->n_anchors; i++) {
        if (candidates->anchors[i].store == store &&
            candidates->anchors[i].outline.der.data == anchor->der)
            return true;
    }
    return false;
}

/* Adds the anchors of a store whose subject is the issuer of this certificate. */
static void add_anchors_of(struct candidates *candidates, const struct outline *outline,
                           const struct store *store)
{
    size_t n;
    const struct anchor *const *anchors = store_find(store, outline->issuer_hash, &n);

    for (size_t i = 0; i < n; i++) {
        if (!outline_names_issuer(outline, &anchors[i]->outline) ||
            has_anchor(candidates, store, anchors[i]))
            continue;
        if (candidates->n_anchors == PATH_ANCHORS_COUNT) {
            candidates->is_crowded = true;
            return;
        }
        candidates->anchors[candidates->n_anchors].outline = anchors[i]->outline;
        candidates->anchors[candidates->n_anchors].store = store;
        candidates->n_anchors++;
    }
}

/*
 * Adds the end entity to `direct` if the store has it, byte for byte, and the store's
 * `end-entities` permits that.
 */
static void add_direct(struct candidates *candidates, const struct store *store)
{
    const struct outline *outline = &candidates->end_entity.outline;
    size_t n;
    const struct anchor *const *anchors = store_find(store, outline->subject_hash, &n);

    if (store_limits(store)->end_entities == STORE_END_ENTITIES_NO)
        return;
    for (size_t i = 0; i < n; i++) {
        if (!outline_is_same(&anchors[i]->outline, outline))
            continue;
        if (candidates->n_direct == PATH_ANCHORS_COUNT) {
            candidates->is_crowded = true;
            return;
        }
        candidates->direct[candidates->n_direct].outline = anchors[i]->outline;
        candidates->direct[candidates->n_direct].store = store;
        candidates->n_direct++;
        return;
    }
}

static void add_anchors(struct candidates *candidates, const struct path_question *question)
{
    for (size_t i = 0; i < question->n_stores; i++) {
        const struct store *store = question->stores[i];

        if (store_n_anchors(store) == 0)
            continue;
        candidates->has_any_anchor = true;
        add_direct(candidates, store);
        if (store_limits(store)->end_entities == STORE_END_ENTITIES_ONLY)
            continue;
        add_anchors_of(candidates, &candidates->end_entity.outline, store);
        for (size_t j = 0; j < candidates->n_intermediates; j++)
            add_anchors_of(candidates, &candidates->intermediates[j].outline, store);
    }
}

/*
 * Returns whether a certificate seems to be signed with its own key. It is left out then: it can
 * lead no path to an anchor, since an anchor with its name and key could take its place.
 */
static bool is_self_signed(const struct outline *outline)
{
    return outline_is_self_issued(outline) && outline_fits(outline, outline) == OUTLINE_FIT_KEY;
}

static void link_one(const struct candidates *candidates, struct path_candidate *candidate)
{
    for (size_t i = 0; i < candidates->n_intermediates; i++) {
        const struct path_candidate *issuer = &candidates->intermediates[i];

        if (issuer != candidate && !is_self_signed(&issuer->outline) &&
            outline_names_issuer(&candidate->outline, &issuer->outline))
            candidate->issuers |= UINT64_C(1) << i;
    }
    for (size_t i = 0; i < candidates->n_anchors; i++) {
        const struct outline *anchor = &candidates->anchors[i].outline;

        if (outline_names_issuer(&candidate->outline, anchor) &&
            !outline_is_same(&candidate->outline, anchor))
            candidate->anchors |= UINT64_C(1) << i;
    }
    candidate->distance = candidate->anchors ? 1 : 0;
}

/*
 * Gives `distance` to the intermediates that one of `reaching` may have issued and that have no
 * distance yet. Returns `reaching` together with these.
 */
static candidate_set widen(struct candidates *candidates, candidate_set reaching, unsigned distance)
{
    candidate_set more = reaching;

    for (size_t i = 0; i < candidates->n_intermediates; i++) {
        struct path_candidate *candidate = &candidates->intermediates[i];

        if (candidate->distance == 0 && (candidate->issuers & reaching)) {
            candidate->distance = distance;
            more |= UINT64_C(1) << i;
        }
    }
    return more;
}

/*
 * Measures the distances from the anchors backwards. Removes issuers that cannot reach an anchor,
 * so that the search never tries them.
 */
static void measure(struct candidates *candidates)
{
    candidate_set reaching = 0, before;

    for (size_t i = 0; i < candidates->n_intermediates; i++) {
        if (candidates->intermediates[i].distance == 1)
            reaching |= UINT64_C(1) << i;
    }
    for (unsigned distance = 2; distance < PATH_CERTIFICATES_COUNT; distance++) {
        before = reaching;
        reaching = widen(candidates, reaching, distance);
        if (candidates->end_entity.distance == 0 && (candidates->end_entity.issuers & before))
            candidates->end_entity.distance = distance;
        if (reaching == before)
            break;
    }
    if (candidates->end_entity.distance == 0 && (candidates->end_entity.issuers & reaching))
        candidates->end_entity.distance = PATH_CERTIFICATES_COUNT - 1;
    for (size_t i = 0; i < candidates->n_intermediates; i++)
        candidates->intermediates[i].issuers &= reaching;
    candidates->end_entity.issuers &= reaching;
}

static int compare_candidates(const void *left, const void *right)
{
    struct bytes a = ((const struct path_candidate *)left)->outline.der;
    struct bytes b = ((const struct path_candidate *)right)->outline.der;

    if (a.len != b.len)
        return a.len < b.len ? -1 : 1;
    return memcmp(a.data, b.data, a.len);
}

void candidates_init(struct candidates *candidates, const struct path_question *question)
{
    const struct bytes *der = question->certificates;
    size_t n = question->n_certificates;
    int fault;

    *candidates = (struct candidates){0};
    fault = n > 0 ? outline_read(&candidates->end_entity.outline, der[0].data, der[0].len)
                  : OUTLINE_INVALID;
    if (fault) {
        leave_out(candidates, 0, fault);
        return;
    }
    if (n > PATH_CANDIDATES_COUNT) {
        candidates->is_crowded = true;
        n = PATH_CANDIDATES_COUNT;
    }
    for (size_t i = 1; i < n; i++)
        add_intermediate(candidates, der[i], i);
    /* The intermediates are sorted, so that the answer does not depend on the order in which they
     * were presented. */
    qsort(candidates->intermediates, candidates->n_intermediates,
          sizeof(*candidates->intermediates), compare_candidates);
    add_anchors(candidates, question);
    for (size_t i = 0; i < candidates->n_intermediates; i++)
        link_one(candidates, &candidates->intermediates[i]);
    link_one(candidates, &candidates->end_entity);
    measure(candidates);
}

void candidates_deinit(struct candidates *candidates)
{
    candidates->end_entity.parsed = parsed_certificate_unref(candidates->end_entity.parsed);
    for (size_t i = 0; i < candidates->n_intermediates; i++)
        candidates->intermediates[i].parsed = parsed_certificate_unref(
            candidates->intermediates[i].parsed);
    for (size_t i = 0; i < candidates->n_anchors; i++)
        candidates->anchors[i].parsed = parsed_certificate_unref(candidates->anchors[i].parsed);
    for (size_t i = 0; i < candidates->n_direct; i++)
        candidates->direct[i].parsed = parsed_certificate_unref(candidates->direct[i].parsed);
}

/*
 * Narrows the window to the side of `change` that `time` is on. `change` is the first second at
 * which a certificate becomes valid or is no longer valid.
 */
static void narrow(int64_t change, int64_t time, int64_t *fromp, int64_t *untilp)
{
    if (change <= time && change > *fromp)
        *fromp = change;
    if (change > time && change - 1 < *untilp)
        *untilp = change - 1;
}

static void narrow_to(const struct outline *outline, int64_t time, int64_t *fromp, int64_t *untilp)
{
    narrow(outline->from, time, fromp, untilp);
    narrow(outline->until + 1, time, fromp, untilp);
}

void candidates_window(const struct candidates *candidates, int64_t time, int64_t *fromp,
                       int64_t *untilp)
{
    *fromp = INT64_MIN;
    *untilp = INT64_MAX;
    narrow_to(&candidates->end_entity.outline, time, fromp, untilp);
    for (size_t i = 0; i < candidates->n_intermediates; i++)
        narrow_to(&candidates->intermediates[i].outline, time, fromp, untilp);
    for (size_t i = 0; i < candidates->n_anchors; i++)
        narrow_to(&candidates->anchors[i].outline, time, fromp, untilp);
}
