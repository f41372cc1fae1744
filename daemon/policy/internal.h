/* SPDX-License-Identifier: MIT */
#pragma once

/* The inside of a policy, for the files of this folder. Everything is settled, indexed and sorted
 * when the policy is built. */

#include "daemon/policy/index.h"
#include "daemon/policy/memory.h"
#include "daemon/policy/parsed.h"
#include "daemon/policy/policy.h"
#include "daemon/policy/settings.h"

struct policy_domain {
    const char *title; /* canonical: A-labels in lower case, or an address or network as printed */
    bool is_network;
    struct policy_network network; /* with is_network */
    enum policy_depth depth;
    struct policy_texts exempt;             /* canonical, ascending */
    struct policy_networks exempt_networks; /* ascending */
    struct policy_settings settings;
    struct policy_rule rule; /* for clients without a section */
};

/* A name by which a domain section is found: its title, or a name that it exempts. */
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

/* All entries of one address family with prefixes of one length. They are adjacent. */
struct policy_ip_level {
    size_t address_len;
    unsigned n_bits;
    size_t first;
    size_t n_entries;
};

struct policy_client_section {
    const char *name;
    struct policy_origin origin;
    struct policy_texts uids; /* as written in the configuration */
    struct policy_texts gids;
    struct policy_settings settings; /* only the keys that are named count */
};

struct policy {
    struct policy_memory memory; /* holds everything that is pointed at */
    struct policy_texts files;
    struct parsed_config config; /* with a policy of a text, for policy_pack; else empty */
    struct policy_origin
        emptiness; /* `file` is set if the configuration has files but no section */
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
    struct policy_index index;          /* of `entries`, by their position */
    struct policy_ip_entry *ip_entries; /* by network */
    size_t n_ip_entries;
    struct policy_ip_level *ip_levels; /* IPv4 before IPv6, then the longest prefix first */
    size_t n_ip_levels;
    struct policy_client_section *client_sections; /* the section of class n is at n - 1 */
    size_t n_client_sections;
    const struct policy_client_section *unidentified; /* NULL: there is no such section */
    struct policy_client *clients;
    size_t n_clients;
    struct limits limits;
    struct policy_record record;
    const char *metrics_socket;
};

/* Makes an empty policy, which policy_free frees. Returns 0 or -ENOMEM. */
int policy_new(struct policy **policyp);

/* Adds a file to policy_files; *filep is the policy's copy of its name. Returns 0 or -ENOMEM. */
int policy_add_file(struct policy *policy, const char *name, const char **filep);
