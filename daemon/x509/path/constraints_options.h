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
    unsigned prefix_bits; /* how many bits from the left all its addresses share */
};

/* The constraints that a trust section puts on its anchors; zero-initialised but for the budget,
 * nothing. Everything is borrowed. */
struct constraints_options {
    size_t budget; /* CONSTRAINTS_COMPARISONS_COUNT; with 0, any comparison at all is a fault */
    /* Whether a commonName of the end entity may stand for a host. Then constraints on hosts hold
     * for its commonNames, too, where it has no dNSName. */
    bool common_name;
    bool is_direct; /* the path is one end entity that is trusted directly */
    /* Whether a dNSName constraint that begins with a dot stands for the names below the rest,
     * which is what many CAs mean by it. RFC 5280 has no such form. */
    bool leading_dot;
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
