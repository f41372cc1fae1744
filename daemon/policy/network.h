/* SPDX-License-Identifier: MIT */
#pragma once

/* Reads, compares and prints IP addresses, and networks in CIDR notation. */

#include <stdbool.h>

#include "base/memory_text.h"
#include "daemon/policy/lists.h"
#include "daemon/policy/rule.h"

/* The outcomes of reading a text as a network. */
enum policy_network_outcome {
    POLICY_NETWORK = 0,
    POLICY_NETWORK_NONE = 1, /* the text is neither an address nor a network, but may be a name */
    POLICY_NETWORK_BAD = 2, /* the text looks like an address or network but has a fault, *faultp */
};

/*
 * Reads an address or a network. Unless POLICY_NETWORK is returned, *faultp is a sentence fragment
 * about the fault. Returns an outcome, or -ENOMEM.
 */
int policy_network_parse(struct policy_network *network, const char *text, const char **faultp);

/* Returns whether the network contains the address, which has `len` octets, 4 or 16. */
bool policy_network_has(const struct policy_network *network, const uint8_t *address, size_t len);

/*
 * Orders networks for sorting: IPv4 before IPv6, then the longest prefix first, then by octets.
 * Returns a value below, equal to or above 0.
 */
int policy_network_compare(const struct policy_network *one, const struct policy_network *other);

/* Prints an address as "192.0.2.1", a network as "10.0.0.0/8". */
void policy_network_print(struct memory_text *out, const struct policy_network *network);

/*
 * Returns the four octets of the IPv4 address in an IPv4-mapped IPv6 address (::ffff:0:0/96), or
 * NULL for any other address.
 */
const uint8_t *policy_network_mapped_address(const uint8_t *address, size_t len);

/*
 * Returns whether one of the networks contains the subject's address or, for an IPv4-mapped IPv6
 * address, the IPv4 address in it.
 */
bool policy_networks_have(const struct policy_networks *networks,
                          const struct policy_subject *subject);
