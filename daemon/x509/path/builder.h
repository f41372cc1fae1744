/* SPDX-License-Identifier: MIT */
#pragma once

/* The search for paths, for the files of daemon/x509 alone. */

#include <stdbool.h>
#include <stddef.h>

#include "daemon/x509/path/candidates.h"

/* What is to happen after a path has been looked at. */
enum builder_next {
    BUILDER_ON = 0, /* the next one */
    BUILDER_STOP,   /* no more */
};

struct builder {
    struct candidates *candidates;
    int64_t time;     /* what is valid then is tried before what is not */
    unsigned n_nodes; /* steps that may still be taken */
    bool out_of_nodes;
    /* Looks at a complete path, the end entity first, the anchor last. */
    int (*judge)(void *context, struct candidate *const *path, size_t n, enum builder_next *nextp);
    void *context;

    struct candidate *path[PATH_CERTIFICATES_COUNT]; /* the one at hand */
};

/*
 * Goes through the paths depth-first: anchors before intermediates, those with the key identifier
 * asked for before others, no certificate twice in one path. Who cannot reach an anchor in the
 * certificates left is not entered.
 *
 * 0, also if it ran out of nodes; or the first return of `judge` that is not 0.
 */
int builder_run(struct builder *builder);
