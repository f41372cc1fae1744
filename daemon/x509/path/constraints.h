/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Name constraints, RFC 5280 section 4.2.1.10: those in the CA certificates of a path, and those
 * that a trust section puts on its anchors.
 */

#include <stddef.h>

#include "daemon/x509/parse/fault.h"
#include "daemon/x509/path/constraints_options.h"

struct facts;

/*
 * The most comparisons for one call, which is the sum over all names of the number of constraints
 * for their kind. The largest sets on the web, with about a hundred names and constraints, need a
 * sixth of it. A counted comparison costs less than a real one, since the constraints are sorted.
 */
#define CONSTRAINTS_COMPARISONS_COUNT 65536

/*
 * Compares the names of a path with the constraints of the CAs above them; path[0] is the end
 * entity, path[n-1] the anchor. Self-issued intermediates are exempt, RFC 5280 section 6.1.3 (b).
 * Adds a fault for each certificate with a name that is not allowed, for constraints that are not
 * understood, and if the budget is used up ("name-constraints-budget").
 *
 * Returns 0 whatever was found: the names are good only if no fault was added. Returns -ENOMEM, or
 * -EINVAL if a pointer is missing.
 */
int constraints_check(const struct facts *const *path, size_t n,
                      const struct constraints_options *options, struct fault_list *faults);

/*
 * Compares the names of a path only with the constraints that the trust section puts on its anchor,
 * which constraints_check compares too. Faults, budget and returns are those of constraints_check.
 */
int constraints_check_section(const struct facts *const *path, size_t n,
                              const struct constraints_options *options, struct fault_list *faults);
