/* SPDX-License-Identifier: MIT */
#pragma once

/* Makes one mistake in a TBSCertificate. */

#include "tests/conformance/der_tree.h"
#include "tests/conformance/mutant.h"

/* Returns a random number below n, which must not be 0. */
unsigned mutant_below(struct mutant_random *random, unsigned n);

/*
 * Changes the elements in `certificate`, a TBSCertificate. Returns a word for the kind of change.
 */
const char *mutant_change(struct der_tree *tree, struct der_element *certificate,
                          const struct mutant_family *family, struct mutant_random *random);
