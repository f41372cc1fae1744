/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A host name or an address against one presented identity. This file and the rule sets
 * (rule_set_*.c) are where a wildcard matches or does not.
 */

#include "daemon/identity/identity.h"
#include "daemon/identity/match_rules.h"
#include "daemon/identity/miss.h"
#include "daemon/identity/reference.h"

/*
 * Compares a reference of kind REFERENCE_HOST with one presented identity; neither is
 * IDENTITY_MALFORMED or unparsed. Returns MISS_NONE for a match, else the reason.
 */
enum miss match_host_miss(const struct match_rules *rules, const struct reference *reference,
                          const struct identity *presented);

/*
 * Returns MISS_NONE if the rules let a common name be compared with this reference; else the reason
 * why they do not. Which other identities the certificate has is not considered.
 */
enum miss match_host_common_name_miss(const struct match_rules *rules,
                                      const struct reference *reference);
