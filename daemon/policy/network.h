/* SPDX-License-Identifier: MIT */
#pragma once

/* Addresses and networks in CIDR notation. */

#include <stdbool.h>
#include <stdio.h>

#include "daemon/policy/lists.h"
#include "daemon/policy/rule.h"

/* What a text is. */
enum policy_network_outcome {
    POLICY_NETWORK = 0,
    POLICY_NETWORK_NONE = 1, /* neither address nor network: a name, perhaps */
    POLICY_NETWORK_BAD = 2,  /* it would be one, but for *faultp */
};

/* Reads an address or a network. A policy_network_outcome, or -ENOMEM. */
int policy_network_parse(struct policy_network *network, const char *text, const char **faultp);

/* Whether the address of `len` octets lies within it. */
bool policy_network_has(const struct policy_network *network, const uint8_t *address, size_t len);

/* By family, the longest prefix first, then by octets. */
int policy_network_compare(const struct policy_network *one, const struct policy_network *other);

/* "192.0.2.1", or "10.0.0.0/8" where it is more than an address. */
void policy_network_print(FILE *out, const struct policy_network *network);

/* The octets behind ::ffff:0:0/96, or NULL where the address is not in it. */
const uint8_t *policy_network_mapped_address(const uint8_t *address, size_t len);

/* Whether one of them holds the subject's address, or the IPv4 address that it maps. */
bool policy_networks_have(const struct policy_networks *networks,
                          const struct policy_subject *subject);
