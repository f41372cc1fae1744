/* SPDX-License-Identifier: MIT */
#pragma once

/* Name constraints, RFC 5280 section 4.2.1.10: of a path's CAs, and put on its anchor from outside.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "daemon/x509/parse/fault.h"

struct facts;

/*
 * Names times constraints of their kind, over a path: the most that is looked into. The web's
 * largest (about a hundred of each) need a sixth; each costs a fraction of a comparison, since the
 * constraints are sorted.
 */
#define CONSTRAINTS_COMPARISONS_COUNT 65536

/* A network: its first prefix_bits bits count. */
struct constraints_net {
    uint8_t address[16];
    unsigned n_bytes; /* 4 or 16 */
    unsigned prefix_bits;
};

/* Zero-initialised but for the budget, nothing is put on the anchor. Borrowed. */
struct constraints_options {
    size_t budget; /* CONSTRAINTS_COMPARISONS_COUNT; with 0 any comparison at all is a fault */
    /* Whether a commonName of the end entity may stand for a host: then, and only where it has no
     * alternative name of a host's kind, constraints on DNS names hold for it too. */
    bool common_name;
    /* Domain names as in a certificate: `example.com` is it and all below it. As in a certificate,
     * a list that is empty permits every name of its kind. */
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
 * Holds the names of a path, path[0] the end entity and path[n-1] the anchor, against the
 * constraints of the CAs above them. Self-issued intermediates are exempt, RFC 5280 section 6.1.3
 * (b). Adds a fault for each certificate with a name that is not allowed, for constraints that
 * cannot be understood, and for a budget used up ("name-constraints-budget").
 *
 * 0, whatever was found: the names are good only if `faults` is still empty. -ENOMEM; -EINVAL where
 * a pointer is missing.
 */
int constraints_check(const struct facts *const *path, size_t n,
                      const struct constraints_options *options, struct fault_list *faults);
