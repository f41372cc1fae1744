/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A certification authority for the bench, which is valid now: a root, an intermediate, and end
 * entities for www.bench.example.
 */

#include "tests/bench/bench.h"
#include "tests/unit/x509/path_fixture.h"

struct chain {
    EVP_PKEY *root_key, *issuer_key, *leaf_key;
    struct certificate root, issuer;
};

/* Makes the authority with keys of this kind: "rsa" (2,048 bits) or the name of a curve. */
void chain_init(struct chain *chain, const char *kind);
void chain_deinit(struct chain *chain);

/*
 * Makes the end entity with this number. Two end entities with the same number differ only in their
 * signatures.
 */
void chain_issue(const struct chain *chain, unsigned number, struct certificate *leaf);
