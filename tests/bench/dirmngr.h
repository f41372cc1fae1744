/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * GnuPG's dirmngr, which validates certificates for gpgsm, as a program for comparison in the chain
 * rows. It runs in a folder of its own. It is reported, and not a failure, if dirmngr is missing or
 * refuses.
 */

#include "tests/bench/chain.h"

struct dirmngr {
    struct helper helper;
    char folder[64];
    char said[128]; /* the last line that it wrote, or the reason why it wrote none */
};

/*
 * Starts a dirmngr that trusts the root and has the intermediate. Returns false if dirmngr is
 * missing; dirmngr_stop is then not needed.
 */
bool dirmngr_start(struct dirmngr *dirmngr, const struct chain *chain);
void dirmngr_stop(struct dirmngr *dirmngr);

/* Returns whether dirmngr finds the end entity valid, without CRLs. */
bool dirmngr_validate(struct dirmngr *dirmngr, const struct certificate *leaf);
