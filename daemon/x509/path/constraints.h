/* SPDX-License-Identifier: MIT */
#pragma once

/* Name constraints, RFC 5280 section 4.2.1.10: those in the CAs of a path, and those that a trust
 * section puts on its anchors. */

#include <stddef.h>

#include "daemon/x509/parse/fault.h"
#include "daemon/x509/path/constraints_options.h"

struct facts;

/*
 * The most comparisons for one path: the sum over all names of the constraints of their kind. The
 * largest sets on the web (about a hundred names and constraints) need a sixth of it. Each costs a
 * fraction of a real comparison, since the constraints are sorted.
 */
#define CONSTRAINTS_COMPARISONS_COUNT 65536

/*
 * Compares the names of a path, path[0] the end entity and path[n-1] the anchor, with the
 * constraints of the CAs above them. Self-issued intermediates are exempt, RFC 5280 section 6.1.3
 * (b). Adds a fault for each certificate with a name that is not allowed, for constraints that
 * cannot be understood, and for a budget that is used up ("name-constraints-budget").
 *
 * Returns 0 whatever was found: the names are good only if no fault was added. -ENOMEM; -EINVAL
 * where a pointer is missing.
 */
int constraints_check(const struct facts *const *path, size_t n,
                      const struct constraints_options *options, struct fault_list *faults);
