/* SPDX-License-Identifier: MIT */
#pragma once

/* Name constraints, RFC 5280 section 4.2.1.10: those in the CAs of a path, and those that a trust
 * section puts on its anchors. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "daemon/x509/parse/fault.h"

struct facts;

/*
 * The most comparisons for one path: the sum over all names of the constraints of their kind. The
 * largest sets on the web (about a hundred names and constraints) need a sixth of it. Each costs a
 * fraction of a real comparison, since the constraints are sorted.
 */
#define CONSTRAINTS_COMPARISONS_COUNT 65536

/* A network of addresses. */
struct constraints_net {
    uint8_t address[16];
    unsigned n_bytes;     /* 4 or 16 */
    unsigned prefix_bits; /* how many bits from the left all its addresses share */
};

/* What a trust section puts on its anchors; zero-initialised but for the budget, nothing.
 * Everything is borrowed. */
struct constraints_options {
    size_t budget; /* CONSTRAINTS_COMPARISONS_COUNT; with 0, any comparison at all is a fault */
    /* Whether a commonName of the end entity may stand for a host. Then constraints on hosts hold
     * for its commonNames, too, where it has no dNSName. */
    bool common_name;
    /* Domain names, as in a certificate: `example.com` stands for itself and every name below it.
     * An empty list of permitted names permits every name of its kind. */
    const struct bytes *permitted_dns;
    size_t n_permitted_dns;
    const struct bytes *excluded_dns;
    size_t n_excluded_dns;
    const struct constraints_net *permitted_ip;
    size_t n_permitted_ip;
    const struct constraints_net *excluded_ip;
    size_t n_excluded_ip;
};

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
