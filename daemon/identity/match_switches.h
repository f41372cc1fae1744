/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The switches of a rule (rules.h) that tighten what a rule set takes for a match: wildcards,
 * public suffixes, names of the subject.
 */

#include <stdbool.h>

#include "daemon/identity/identity.h"
#include "daemon/identity/match_rules.h"
#include "daemon/identity/miss.h"
#include "daemon/identity/reference.h"

/* Returns whether the bytes of a presented identity contain a star. */
bool match_switches_has_star(const struct identity *presented);

/*
 * Applies the switches to a presented name that the rule set takes for reference->domain. Returns
 * MISS_NONE if they permit it, or the reason why they do not. A name without a star is permitted.
 */
enum miss match_switches_miss(const struct match_rules *rules, const struct reference *reference,
                              const struct identity *presented);

/* Returns whether names of the subject (commonName, emailAddress) may match at all. */
bool match_switches_take_subject(const struct rules *rules);
