/* SPDX-License-Identifier: MIT */
#pragma once

/* Converts the identities that a certificate presents into the form that a verdict has. */

#include <stddef.h>

#include "daemon/identity/identity.h"
#include "daemon/identity/match.h"
#include "proto/verdict.h"

/* Returns one identity in the form that a verdict has. It borrows the bytes. */
struct verdict_identity presented_identity(const struct identity *identity);

/*
 * The input for the reasons why identities do not match, if the client asked for them (`explain`).
 */
struct explanation {
    const struct match_rules *rules;
    const struct reference *reference;
};

/*
 * Fills in verdict->presented in the order of the certificate, at most LIMIT_PRESENTED_SHOWN_COUNT
 * identities with LIMIT_PRESENTED_SHOWN_BYTES together. An identity is included whole or not at
 * all; those that are left out are counted. `explanation` is NULL if the client wants no reasons.
 */
void presented_fill(struct verdict *verdict, const struct identity *identities, size_t n_identities,
                    const struct explanation *explanation);

/* Fills in verdict->nearest, unless the nearest miss has more than LIMIT_NEAREST_SHOWN_BYTES. */
void presented_fill_nearest(struct verdict *verdict, const struct identity *identities,
                            const struct match_result *names);
