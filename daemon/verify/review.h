/* SPDX-License-Identifier: MIT */
#pragma once

/* Reviews each valid path by the pins of the rule and the denials, so that the search goes on where
 * they refuse one path of several. The verdict is reached afterwards, by pins.h and denial.h. */

#include <stdbool.h>
#include <stdint.h>

#include "daemon/verify/candidate.h"
#include "daemon/verify/context.h"
#include "daemon/x509/path/path.h"

/* Borrows everything. */
struct review {
    const struct verify_context *context;
    const struct candidate *candidate;
    int64_t now; /* the wall clock, as for pins */
};

/* Returns whether the store is one of the administrator's own, and neither the system's nor that of
 * a request. */
bool review_is_local(const struct store *store);

/* Returns whether there are pins or denials for the candidate. */
bool review_is_wanted(const struct review *review);

/* A path_review_fn; `review` is a struct review. */
int review_path(void *review, const struct path_certificate *path, size_t n,
                const struct store *store, enum path_review *reviewp);
