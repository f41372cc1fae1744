/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The judgement of each rule set about a single presented name, before any switch tightens it. The
 * functions are for the match_*.c files alone. Each returns MISS_NONE for a match, else the reason.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/identity/identity.h"
#include "daemon/identity/match_rules.h"
#include "daemon/identity/miss.h"
#include "daemon/identity/reference.h"

/* Compares with `name`, the domain of a parsed reference, by RFC 9525 section 6.3. Public suffixes
 * are not considered. */
enum miss rule_set_rfc9525_miss(const uint8_t *name, size_t len, const struct identity *presented);

/*
 * Compares with reference->given as X509_check_host does, for a dNSName and for a common name
 * alike. `partial` is whether a star may be a part of a label, at its start or end; false is what
 * OpenSSL calls X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS.
 */
enum miss rule_set_openssl_miss(const struct reference *reference, const struct identity *presented,
                                bool partial);

/* Compares with reference->given, a name or an address, as match_hostname() of Python 3.5 and 3.6
 * compares names. Python raises an error for MISS_WILDCARD_SEVERAL. */
enum miss rule_set_python_3_5_miss(const struct reference *reference,
                                   const struct identity *presented);
