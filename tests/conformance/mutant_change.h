/* SPDX-License-Identifier: MIT */
#pragma once

/* One mistake in a TBSCertificate. */

#include "tests/conformance/der_tree.h"
#include "tests/conformance/mutant.h"

/* A number below n, which is not 0. */
unsigned mutant_below(struct mutant_random *random, unsigned n);

/* Changes the elements in `certificate`, a TBSCertificate, and returns a word for the kind of the
 * change. */
const char *mutant_change(struct der_tree *tree, struct der_element *certificate,
                          const struct mutant_family *family, struct mutant_random *random);
