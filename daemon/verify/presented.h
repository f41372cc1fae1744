/* SPDX-License-Identifier: MIT */
#pragma once

/* The engine's identities as a verdict shows them. */

#include <stddef.h>

#include "daemon/identity/identity.h"
#include "daemon/identity/match.h"
#include "proto/verdict.h"

/* One identity; borrows its bytes. */
struct verdict_identity presented_identity(const struct identity *identity);

/* By what each identity that does not match says why. */
struct explanation {
    const struct match_rules *rules;
    const struct reference *reference;
};

/*
 * Shows what a certificate presents, in its order, until count or bytes run out; the rest is
 * counted. An identity too long to be shown whole is not shown at all. `explanation` is NULL where
 * none was asked for.
 */
void presented_fill(struct verdict *verdict, const struct identity *identities, size_t n_identities,
                    const struct explanation *explanation);

/* Shows the nearest miss, unless it is too long to be shown. */
void presented_fill_nearest(struct verdict *verdict, const struct identity *identities,
                            const struct match_result *names);
