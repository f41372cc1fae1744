/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Each rule set's decision about a single presented name, before the switches (match_switches.h)
 * are applied. Only the match_*.c files call these functions. Each returns MISS_NONE for a match,
 * else the reason why not.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/identity/identity.h"
#include "daemon/identity/match_rules.h"
#include "daemon/identity/miss.h"
#include "daemon/identity/reference.h"

/*
 * Compares `presented` with `name`, the domain of a parsed reference, by RFC 9525 section 6.3.
 * Public suffixes are not considered.
 */
enum miss rule_set_rfc9525_miss(const uint8_t *name, size_t len, const struct identity *presented);

/*
 * Compares `presented`, a dNSName or a common name, with reference->given as X509_check_host does.
 * With `partial` a star may also be a part of a label, at its start or end; without it the
 * comparison is that of X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS.
 */
enum miss rule_set_openssl_miss(const struct reference *reference, const struct identity *presented,
                                bool partial);

/*
 * Compares `presented` with reference->given, a name or an address, as match_hostname() of Python
 * 3.5 and 3.6 compares names. Where this returns MISS_WILDCARD_SEVERAL, Python raises an error.
 */
enum miss rule_set_python_3_5_miss(const struct reference *reference,
                                   const struct identity *presented);
