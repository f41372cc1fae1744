/* SPDX-License-Identifier: MIT */
#pragma once

/* An authority of the bench's own that is valid now: a root, an intermediate, and end entities,
 * which are all for www.bench.example. */

#include "tests/bench/bench.h"
#include "tests/unit/x509/path_fixture.h"

struct chain {
    EVP_PKEY *root_key, *issuer_key, *leaf_key;
    struct certificate root, issuer;
};

/* "rsa" (2,048 bits) or the name of a curve. */
void chain_init(struct chain *chain, const char *kind);
void chain_deinit(struct chain *chain);

/* Makes the end entity with this number. Two with one number differ in their signatures alone. */
void chain_issue(const struct chain *chain, unsigned number, struct certificate *leaf);
