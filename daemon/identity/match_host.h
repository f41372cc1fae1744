/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Compares a host name or an address with one presented identity. Whether a wildcard matches is
 * decided by the rule sets (rule_set_*.c) and then by the switches (match_switches.h), which
 * match_host.c calls.
 */

#include "daemon/identity/identity.h"
#include "daemon/identity/match_rules.h"
#include "daemon/identity/miss.h"
#include "daemon/identity/reference.h"

/*
 * Compares a reference of kind REFERENCE_HOST with one presented identity. The reference must have
 * been parsed, and the identity must not be IDENTITY_MALFORMED. Returns MISS_NONE for a match, else
 * the reason why not.
 */
enum miss match_host_miss(const struct match_rules *rules, const struct reference *reference,
                          const struct identity *presented);

/*
 * Returns MISS_NONE if the rules let a common name be compared with this reference; else the reason
 * why not. The other identities of the certificate are not considered.
 */
enum miss match_host_common_name_miss(const struct match_rules *rules,
                                      const struct reference *reference);
