/* SPDX-License-Identifier: MIT */
#pragma once

/* The policy from within. Everything is settled when it is built, and indexed or sorted for
 * look-up. */

#include "daemon/policy/index.h"
#include "daemon/policy/memory.h"
#include "daemon/policy/parsed.h"
#include "daemon/policy/policy.h"
#include "daemon/policy/settings.h"

struct policy_domain {
    const char
        *title; /* canonical: lower-case A-labels, or an address or network as it is printed */
    bool is_network;
    struct policy_network network; /* with is_network */
    enum policy_depth depth;
    struct policy_texts exempt;             /* canonical, ascending */
    struct policy_networks exempt_networks; /* ascending */
    struct policy_settings settings;
    struct policy_rule rule; /* for clients without a section */
};

/* A name that is looked up: a domain's, or one that a domain exempts. */
struct policy_entry {
    const char *name;
    const struct policy_domain *domain;
    bool exempts;
};

struct policy_ip_entry {
    struct policy_network network;
    const struct policy_domain *domain;
    bool exempts;
};

/* The entries of one family and length of prefix, which stand together. */
struct policy_ip_level {
    size_t address_len;
    unsigned n_bits;
    size_t first;
    size_t n_entries;
};

struct policy_client_section {
    const char *name;
    struct policy_origin origin;
    struct policy_texts uids; /* as they were written */
    struct policy_texts gids;
    struct policy_settings settings; /* what it names, and nothing else */
};

struct policy {
    struct policy_memory memory; /* all that is pointed at */
    struct policy_texts files;
    struct parsed_config config; /* with a policy of a text, for policy_pack; else empty */
    struct policy_origin emptiness; /* with a file: that there is no section in any */
    struct policy_settings default_settings;
    struct policy_rule defaults;
    struct policy_trust *trusts; /* by name */
    size_t n_trusts;
    struct policy_pinset *pinsets; /* by name */
    size_t n_pinsets;
    struct policy_deny *denies;
    size_t n_denies;
    struct policy_domain *domains; /* by title, names before networks */
    size_t n_domains;
    struct policy_entry *entries; /* by name */
    size_t n_entries;
    struct policy_index index;          /* of the entries, which it has by their place */
    struct policy_ip_entry *ip_entries; /* by network */
    size_t n_ip_entries;
    struct policy_ip_level *ip_levels; /* IPv4 before IPv6, the longest prefix first */
    size_t n_ip_levels;
    struct policy_client_section *client_sections; /* number n stands at n - 1 */
    size_t n_client_sections;
    const struct policy_client_section *unidentified; /* or NULL */
    struct policy_client *clients;
    size_t n_clients;
    struct limits limits;
    struct policy_record record;
    const char *metrics_socket;
};

/* A policy that says nothing yet. 0 or -ENOMEM. */
int policy_new(struct policy **policyp);

/* Notes a file that it is read from; *filep is the policy's copy of the name. 0 or -ENOMEM. */
int policy_add_file(struct policy *policy, const char *name, const char **filep);
