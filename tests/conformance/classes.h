/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The known differences between rule set rfc9525 and other implementations, as classes. A class
 * recognises a row by its special feature, never by its id. Where possible, it removes the feature
 * and asks rfc9525 again.
 */

#include <stdbool.h>
#include <stddef.h>

#include "tests/conformance/row.h"

/* The direction of a difference. */
enum direction {
    DIRECTION_STRICTER, /* we refuse what the other implementation accepts */
    DIRECTION_LAXER,    /* we accept what the other implementation refuses */
};

struct difference_class {
    const char *name;
    unsigned peers; /* the implementations that differ in this way, as bits 1 << enum peer */
    enum direction direction;
    bool (*explains)(const struct row *row);
    const char *reason;
};

extern const struct difference_class difference_classes[];
extern const size_t n_difference_classes;
