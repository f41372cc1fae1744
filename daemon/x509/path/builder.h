/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The search for paths from the end entity to an anchor (RFC 4158). Only for the files of
 * daemon/x509/path.
 */

#include <stdbool.h>
#include <stddef.h>

#include "daemon/x509/path/candidates.h"

/* Whether the search continues after a complete path has been judged. */
enum builder_next {
    BUILDER_ON = 0,
    BUILDER_STOP,
};

struct builder {
    struct candidates *candidates;
    int64_t time;      /* certificates that are valid at this time are tried before others */
    unsigned n_nodes;  /* the number of steps that the search may still take */
    bool out_of_nodes; /* set by builder_run if a step was needed and none was left */
    /* Called with each complete path, the end entity first and the anchor last. Sets *nextp. If it
     * returns anything but 0, the search ends. */
    int (*judge)(void *context, struct path_candidate *const *path, size_t n,
                 enum builder_next *nextp);
    void *context;

    struct path_candidate *path[PATH_CERTIFICATES_COUNT]; /* the path as far as it has been built */
};

/*
 * Searches the paths depth-first: anchors before intermediates, issuers with a fitting key
 * identifier before others, no certificate twice in one path. A candidate that cannot reach an
 * anchor within PATH_CERTIFICATES_COUNT certificates is left out.
 *
 * Returns 0, also if no steps were left; or the first result of `judge` that is not 0.
 */
int builder_run(struct builder *builder);
