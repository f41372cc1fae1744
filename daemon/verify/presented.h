/* SPDX-License-Identifier: MIT */
#pragma once

/* Converts the identities that a certificate presents into the form in which a verdict shows them.
 */

#include <stddef.h>

#include "daemon/identity/identity.h"
#include "daemon/identity/match.h"
#include "proto/verdict.h"

/* Returns one identity in the form of a verdict. It borrows the bytes. */
struct verdict_identity presented_identity(const struct identity *identity);

/* The comparison that explains why an identity does not match. */
struct explanation {
    const struct match_rules *rules;
    const struct reference *reference;
};

/*
 * Fills in the presented identities in the order of the certificate, at most
 * LIMIT_PRESENTED_SHOWN_COUNT of them and LIMIT_PRESENTED_SHOWN_BYTES together. An identity is
 * shown whole or not at all; those that are left out are counted. `explanation` is NULL if the
 * client wants none.
 */
void presented_fill(struct verdict *verdict, const struct identity *identities, size_t n_identities,
                    const struct explanation *explanation);

/* Fills in the nearest miss, unless it has more than LIMIT_NEAREST_SHOWN_BYTES. */
void presented_fill_nearest(struct verdict *verdict, const struct identity *identities,
                            const struct match_result *names);
