/* SPDX-License-Identifier: MIT */
#include "daemon/x509/path/builder.h"

#include <assert.h>

/*
 * The number of ranks in which issuers are tried: by how their key identifiers fit and, within
 * that, by whether they are valid now.
 */
#define RANKS_COUNT (OUTLINE_FITS_COUNT * 2)

/* The candidates for the next certificate of the path. */
struct choice {
    struct path_candidate *candidates; /* the array that the bits of `set` refer to */
    candidate_set set;
};

static unsigned find_rank(const struct builder *builder, const struct path_candidate *subject,
                          const struct path_candidate *issuer)
{
    bool is_current = issuer->outline.from <= builder->time &&
                      builder->time <= issuer->outline.until;

    return (unsigned)outline_fits(&subject->outline, &issuer->outline) * 2 + (is_current ? 0 : 1);
}

/* Splits a choice into one set for each rank. */
static void sort_by_rank(const struct builder *builder, const struct path_candidate *subject,
                         const struct choice *choice, candidate_set ranks[static RANKS_COUNT])
{
    for (unsigned rank = 0; rank < RANKS_COUNT; rank++)
        ranks[rank] = 0;
    for (candidate_set left = choice->set; left != 0; left &= left - 1) {
        int at = __builtin_ctzll(left);

        ranks[find_rank(builder, subject, &choice->candidates[at])] |= UINT64_C(1) << at;
    }
}

/*
 * Returns whether the first n certificates of the path include this one. Bytes are compared, since
 * an intermediate and an anchor may be the same certificate.
 */
static bool is_in_path(const struct builder *builder, size_t n,
                       const struct path_candidate *candidate)
{
    for (size_t i = 0; i < n; i++) {
        if (outline_is_same(&builder->path[i]->outline, &candidate->outline))
            return true;
    }
    return false;
}

static bool take_node(struct builder *builder)
{
    if (builder->n_nodes == 0) {
        builder->out_of_nodes = true;
        return false;
    }
    builder->n_nodes--;
    return true;
}

static int visit(struct builder *builder, size_t n, enum builder_next *nextp);

/* Makes the candidate certificate number `n` of the path, and continues the search from it. */
static int enter(struct builder *builder, size_t n, struct path_candidate *candidate,
                 enum builder_next *nextp)
{
    if (candidate->is_unusable || is_in_path(builder, n, candidate))
        return 0;
    if (!take_node(builder)) {
        *nextp = BUILDER_STOP;
        return 0;
    }
    builder->path[n] = candidate;
    if (candidate->store)
        return builder->judge(builder->context, builder->path, n + 1, nextp);
    if (n + 1 + candidate->distance > PATH_CERTIFICATES_COUNT)
        return 0;
    return visit(builder, n + 1, nextp);
}

static int enter_all(struct builder *builder, size_t n, const struct choice *choice,
                     enum builder_next *nextp)
{
    candidate_set ranks[RANKS_COUNT];
    int r = 0;

    sort_by_rank(builder, builder->path[n - 1], choice, ranks);
    for (unsigned rank = 0; rank < RANKS_COUNT; rank++) {
        for (candidate_set left = ranks[rank]; left != 0; left &= left - 1) {
            r = enter(builder, n, &choice->candidates[__builtin_ctzll(left)], nextp);
            if (r || *nextp != BUILDER_ON)
                return r;
        }
    }
    return 0;
}

/*
 * Extends a path of `n` certificates in every possible way. The recursion is at most
 * PATH_CERTIFICATES_COUNT deep.
 */
static int visit(struct builder *builder, size_t n, enum builder_next *nextp)
{
    const struct path_candidate *last = builder->path[n - 1];
    struct choice anchors = {.candidates = builder->candidates->anchors, .set = last->anchors};
    struct choice others = {.candidates = builder->candidates->intermediates, .set = last->issuers};
    int r;

    assert(n > 0 && n <= PATH_CERTIFICATES_COUNT);
    if (n == PATH_CERTIFICATES_COUNT)
        return 0;
    r = enter_all(builder, n, &anchors, nextp);
    if (r || *nextp != BUILDER_ON)
        return r;
    return enter_all(builder, n, &others, nextp);
}

int builder_run(struct builder *builder)
{
    enum builder_next next = BUILDER_ON;

    builder->path[0] = &builder->candidates->end_entity;
    return visit(builder, 1, &next);
}
