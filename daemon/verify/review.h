/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Checks each valid path against the pins of the rule and the denials while paths are being
 * searched, so that the search goes on if they refuse one path of several. For the path that is
 * found, pins_judge and denial_judge then decide the verdict.
 */

#include <stdbool.h>
#include <stdint.h>

#include "daemon/verify/candidate.h"
#include "daemon/verify/context.h"
#include "daemon/x509/path/path.h"

/* The input of review_path; all pointers are borrowed. */
struct review {
    const struct verify_context *context;
    const struct candidate *candidate;
    /* the wall clock in seconds since 1970, even if the request gives a time of its own */
    int64_t now;
};

/*
 * Returns whether the store is one of the administrator's own, rather than the system's or that of
 * a request.
 */
bool review_is_local(const struct store *store);

/*
 * Returns whether the policy has pins or denials for the candidate, so that paths have to be
 * reviewed.
 */
bool review_is_wanted(const struct review *review);

/* Reviews one path; a path_review_fn (path_question.h). `review` points to a struct review. */
int review_path(void *review, const struct path_certificate *path, size_t n,
                const struct store *store, enum path_review *reviewp);
