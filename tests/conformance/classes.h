/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Every way in which rfc9525 is known to differ from a peer. A class decides by what is special in
 * a row, never by its id; where it can, it undoes what is special and asks rfc9525 again.
 */

#include <stdbool.h>
#include <stddef.h>

#include "tests/conformance/row.h"

/* Which way a difference goes. */
enum direction {
    DIRECTION_STRICTER, /* we refuse what the peer accepts */
    DIRECTION_LAXER,    /* we accept what the peer refuses */
};

struct difference_class {
    const char *name;
    unsigned peers; /* 1 << enum peer, or'ed */
    enum direction direction;
    bool (*explains)(const struct row *row);
    const char *reason;
};

extern const struct difference_class difference_classes[];
extern const size_t n_difference_classes;
