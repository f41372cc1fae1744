/* SPDX-License-Identifier: MIT */
#pragma once

/* An authority of the bench's own that is good now: root and intermediate, and whatever end
 * entities are asked of it, all for www.bench.example. */

#include "tests/bench/bench.h"
#include "tests/unit/x509/path_fixture.h"

struct chain {
    EVP_PKEY *root_key, *issuer_key, *leaf_key;
    struct certificate root, issuer;
};

/* "rsa" (2,048 bits) or the name of a curve. */
void chain_init(struct chain *chain, const char *kind);
void chain_deinit(struct chain *chain);

/* The end entity of this number; equal numbers are equal but for their signatures. */
void chain_issue(const struct chain *chain, unsigned number, struct certificate *leaf);
