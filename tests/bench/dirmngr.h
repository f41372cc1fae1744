/* SPDX-License-Identifier: MIT */
#pragma once

/* GnuPG's dirmngr, which validates certificates for gpgsm, in a folder of its own, for comparison
 * in the chain rows. It may be absent or refuse, which is reported and is not a failure. */

#include "tests/bench/chain.h"

struct dirmngr {
    struct helper helper;
    char folder[64];
    char said[128]; /* its last line, or the reason why there is none */
};

/* Starts a dirmngr that trusts the root and knows the intermediate. Returns false if there is none,
 * and then nothing has to be stopped. */
bool dirmngr_start(struct dirmngr *dirmngr, const struct chain *chain);
void dirmngr_stop(struct dirmngr *dirmngr);

/* Returns whether dirmngr finds the end entity valid, without looking at CRLs. */
bool dirmngr_validate(struct dirmngr *dirmngr, const struct certificate *leaf);
