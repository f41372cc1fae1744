/* SPDX-License-Identifier: MIT */
#pragma once

/* GnuPG's dirmngr, which validates certificates for gpgsm, in a folder of its own: a peer of the
 * chain rows. It may be absent and may refuse; that is said and no failure. */

#include "tests/bench/chain.h"

struct dirmngr {
    struct helper helper;
    char folder[64];
    char said[128]; /* its last line, or what is wrong with it */
};

/* Starts one that trusts the root and knows the intermediate; false if there is none, and then
 * nothing is to be stopped. */
bool dirmngr_start(struct dirmngr *dirmngr, const struct chain *chain);
void dirmngr_stop(struct dirmngr *dirmngr);

/* Whether it finds the end entity good, CRLs aside. */
bool dirmngr_validate(struct dirmngr *dirmngr, const struct certificate *leaf);
