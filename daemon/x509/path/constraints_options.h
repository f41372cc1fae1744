/* SPDX-License-Identifier: MIT */
#pragma once

/* The name constraints that a trust section puts on its anchors. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

/* A network of addresses. */
struct constraints_net {
    uint8_t address[16];
    unsigned n_bytes;     /* 4 or 16 */
    unsigned prefix_bits; /* the number of bits, from the left, that are the same in all addresses
                             of the network */
};

/*
 * The constraints that a trust section puts on its anchors. If everything but the budget is zero,
 * there are none. All pointers are borrowed.
 */
struct constraints_options {
    size_t budget; /* the comparisons that may be made, CONSTRAINTS_COMPARISONS_COUNT; with 0, even
                      one comparison is a fault */
    /* A commonName of the end entity may stand for a host. Constraints on hosts then apply to its
     * commonNames too, if it has no dNSName. */
    bool common_name;
    bool is_direct; /* the path consists of one end entity that is trusted directly */
    /* A dNSName constraint that begins with a dot stands for the names below the rest, which is
     * what many CAs mean by it. RFC 5280 has no such form. */
    bool leading_dot;
    /* Domain names in the form that certificates have: `example.com` stands for itself and every
     * name below it. If a list of permitted names is empty, every name of its kind is permitted. */
    const struct bytes *permitted_dns;
    size_t n_permitted_dns;
    const struct bytes *excluded_dns;
    size_t n_excluded_dns;
    const struct constraints_net *permitted_ip;
    size_t n_permitted_ip;
    const struct constraints_net *excluded_ip;
    size_t n_excluded_ip;
};
