/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The switches of a rule (rules.h), which refuse some of the names that its rule set lets match:
 * wildcards, wildcards below public suffixes, and names of the subject.
 */

#include <stdbool.h>

#include "daemon/identity/identity.h"
#include "daemon/identity/match_rules.h"
#include "daemon/identity/miss.h"
#include "daemon/identity/reference.h"

/* Returns whether the bytes of a presented identity contain a star. */
bool match_switches_has_star(const struct identity *presented);

/*
 * Applies the switches for wildcards and public suffixes to a presented name that matches
 * reference->domain by the rule set. Returns MISS_NONE if they permit the match, else the reason
 * why not. A name without a star is always permitted.
 */
enum miss match_switches_miss(const struct match_rules *rules, const struct reference *reference,
                              const struct identity *presented);

/* Returns whether the switches permit names of the subject (commonName, emailAddress) at all. */
bool match_switches_take_subject(const struct rules *rules);
