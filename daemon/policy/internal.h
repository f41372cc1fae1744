/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The fields of a policy and its tables, for the files of this folder only. All of them are filled
 * in, indexed and sorted before policy_load or policy_parse returns.
 */

#include "daemon/policy/index.h"
#include "daemon/policy/memory.h"
#include "daemon/policy/parsed.h"
#include "daemon/policy/policy.h"
#include "daemon/policy/settings.h"

struct policy_domain {
    const char *title; /* canonical: A-labels in lower case, or an address or network as
                          policy_network_print writes it */
    bool is_network;
    struct policy_network network; /* set if is_network */
    enum policy_depth depth;
    struct policy_texts exempt;             /* canonical names, ascending */
    struct policy_networks exempt_networks; /* ascending by policy_network_compare */
    struct policy_settings settings;
    struct policy_rule rule; /* the rule for clients without a section; other clients' rules are
                                made from `settings` */
};

/* A name by which the lookup finds a domain section: its title, or a name that it exempts. */
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

/* The part of ip_entries with addresses of one family and prefixes of one length. */
struct policy_ip_level {
    size_t address_len;
    unsigned n_bits;
    size_t first;
    size_t n_entries;
};

struct policy_client_section {
    const char *name;
    struct policy_origin origin;
    struct policy_texts uids; /* as written in the configuration, not looked up */
    struct policy_texts gids;
    struct policy_texts sockets;
    struct policy_settings settings; /* only the keys whose bits are in settings.set_keys count */
};

struct policy {
    struct policy_memory memory; /* holds everything that this struct points at */
    struct policy_texts files;
    struct parsed_config config; /* the parsed sections of a policy made from text, for policy_pack
                                    and policy_claim_next; else empty */
    /* the place of the warning that the configuration has files but no section; `file` is NULL if
     * there is nothing to warn of */
    struct policy_origin emptiness;
    struct policy_settings default_settings;
    struct policy_rule defaults;
    struct policy_trust *trusts; /* ascending by name */
    size_t n_trusts;
    struct policy_pinset *pinsets; /* ascending by name */
    size_t n_pinsets;
    struct policy_deny *denies;
    size_t n_denies;
    struct policy_domain *domains; /* ascending by title, names before networks */
    size_t n_domains;
    struct policy_entry *entries; /* ascending by name */
    size_t n_entries;
    struct policy_index index;          /* finds a place in `entries` by name */
    struct policy_ip_entry *ip_entries; /* ascending by policy_network_compare */
    size_t n_ip_entries;
    struct policy_ip_level *ip_levels; /* IPv4 before IPv6, then the longest prefix first */
    size_t n_ip_levels;
    /* class n of a client stands for the section at n - 1 */
    struct policy_client_section *client_sections;
    size_t n_client_sections;
    /* the section for clients that cannot be identified; NULL: none */
    const struct policy_client_section *unidentified;
    struct policy_client *clients;
    size_t n_clients;
    struct policy_listen *listens; /* sorted by name */
    size_t n_listens;
    struct policy_client_socket client_sockets[LIMIT_NAMED_SOCKETS_COUNT];
    size_t n_client_sockets;
    struct limits limits;
    const struct policy_account_blocks *account_blocks; /* sorted by uid */
    size_t n_account_blocks;
    struct policy_record record;
    const char *metrics_socket;
};

/* Makes an empty policy, which policy_free frees. Returns 0 or -ENOMEM. */
int policy_new(struct policy **policyp);

/*
 * Adds a file to the list that policy_files returns; *filep is the policy's own copy of its name.
 * Returns 0 or -ENOMEM.
 */
int policy_add_file(struct policy *policy, const char *name, const char **filep);
