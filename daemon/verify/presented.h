/* SPDX-License-Identifier: MIT */
#pragma once

/* The engine's identities as a verdict shows them. */

#include <stddef.h>

#include "daemon/identity/identity.h"
#include "daemon/identity/match.h"
#include "proto/verdict.h"

/* One identity; borrows its bytes. */
struct verdict_identity presented_identity(const struct identity *identity);

/*
 * Shows what a certificate presents, in its order, until count or bytes run out; the rest is
 * counted. An identity too long to be shown whole is not shown at all.
 */
void presented_fill(struct verdict *verdict, const struct identity *identities,
                    size_t n_identities);

/* Shows the nearest miss, unless it is too long to be shown. */
void presented_fill_nearest(struct verdict *verdict, const struct identity *identities,
                            const struct match_result *names);
