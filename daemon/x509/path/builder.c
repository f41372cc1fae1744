/* SPDX-License-Identifier: MIT */
#include "daemon/x509/path/builder.h"

/* Candidates for one place, the better first: key identifiers before dates. */
#define RANKS_COUNT (OUTLINE_FITS_COUNT * 2)

struct choice {
    struct candidate *candidates; /* all, of which the set's are the choice */
    candidate_set set;
};

static unsigned rank_of(const struct builder *builder, const struct candidate *subject,
                        const struct candidate *issuer)
{
    bool is_current = issuer->outline.from <= builder->time &&
                      builder->time <= issuer->outline.until;

    return (unsigned)outline_fits(&subject->outline, &issuer->outline) * 2 + (is_current ? 0 : 1);
}

/* The part of a choice that is of each rank. */
static void sort(const struct builder *builder, const struct candidate *subject,
                 const struct choice *choice, candidate_set ranks[static RANKS_COUNT])
{
    for (unsigned rank = 0; rank < RANKS_COUNT; rank++)
        ranks[rank] = 0;
    for (candidate_set left = choice->set; left != 0; left &= left - 1) {
        int at = __builtin_ctzll(left);

        ranks[rank_of(builder, subject, &choice->candidates[at])] |= UINT64_C(1) << at;
    }
}

/* Whether a certificate stands in the path already, be it as the anchor that it is too. */
static bool is_in_path(const struct builder *builder, size_t n, const struct candidate *candidate)
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

/* Puts one candidate at the n-th place, and goes on from there. */
static int enter(struct builder *builder, size_t n, struct candidate *candidate,
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

    sort(builder, builder->path[n - 1], choice, ranks);
    for (unsigned rank = 0; rank < RANKS_COUNT; rank++) {
        for (candidate_set left = ranks[rank]; left != 0; left &= left - 1) {
            r = enter(builder, n, &choice->candidates[__builtin_ctzll(left)], nextp);
            if (r || *nextp != BUILDER_ON)
                return r;
        }
    }
    return 0;
}

/* The path has n certificates. The recursion ends with its length: PATH_CERTIFICATES_COUNT. */
static int visit(struct builder *builder, size_t n, enum builder_next *nextp)
{
    const struct candidate *last = builder->path[n - 1];
    struct choice anchors = {.candidates = builder->candidates->anchors, .set = last->anchors};
    struct choice others = {.candidates = builder->candidates->intermediates, .set = last->issuers};
    int r;

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
