/* SPDX-License-Identifier: MIT */
#pragma once

/* The search for paths from the end entity to an anchor (RFC 4158), for the files of
 * daemon/x509/path alone. */

#include <stdbool.h>
#include <stddef.h>

#include "daemon/x509/path/candidates.h"

/* Whether the search goes on after a complete path has been judged. */
enum builder_next {
    BUILDER_ON = 0,
    BUILDER_STOP,
};

struct builder {
    struct candidates *candidates;
    int64_t time;      /* certificates that are valid at this time are tried before others */
    unsigned n_nodes;  /* steps of the search that may still be taken */
    bool out_of_nodes; /* out: a step was refused */
    /* Called with each complete path, the end entity first, the anchor last. Sets *nextp; a return
     * other than 0 ends the search. */
    int (*judge)(void *context, struct path_candidate *const *path, size_t n,
                 enum builder_next *nextp);
    void *context;

    struct path_candidate *path[PATH_CERTIFICATES_COUNT]; /* the path being built */
};

/*
 * Goes through the paths depth-first: anchors before intermediates, issuers with a fitting key
 * identifier before others, no certificate twice in one path. A candidate that cannot reach an
 * anchor within PATH_CERTIFICATES_COUNT is not entered.
 *
 * Returns 0, also where the nodes ran out; or the first return of `judge` that is not 0.
 */
int builder_run(struct builder *builder);
