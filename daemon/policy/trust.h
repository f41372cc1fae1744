/* SPDX-License-Identifier: MIT */
#pragma once

/* Whom to trust, and for what: the names of stores and what holds their anchors within bounds. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/policy/pinset.h"
#include "daemon/policy/rule.h"

/* Trust sections, "system" included: a rule holds them as the bits of one word. */
#define POLICY_TRUSTS_COUNT 64u

/* A list of texts in the order of the configuration, each with a NUL. */
struct policy_texts {
    const char *const *texts;
    size_t n_texts;
};

struct policy_network {
    uint8_t address[16];
    size_t address_len; /* 4 or 16 */
    unsigned n_bits;    /* of the prefix; what is beyond them is zero */
};

struct policy_networks {
    const struct policy_network *networks;
    size_t n_networks;
};

struct policy_trust {
    const char *name;
    struct policy_origin origin;
    /*
     * The store of the system. Without files and directories it is where the system keeps it; an
     * absent one fails questions for a path and not the start. All others, and this one when it
     * names files, must be there and not be empty.
     */
    bool is_system;
    struct policy_texts files;       /* PEM or DER, absolute paths */
    struct policy_texts directories; /* absolute paths */
    struct policy_texts crls;        /* files or directories, absolute paths */
    /* A-labels in lower case; each stands for the name and everything below it. */
    struct policy_texts permitted_dns;
    struct policy_texts excluded_dns;
    struct policy_networks permitted_ip;
    struct policy_networks excluded_ip;
    int64_t distrust_from;      /* end entities with a notBefore from this second on are refused, or
                                   POLICY_TIME_MAX */
    unsigned max_lifetime_days; /* of the end entity; 0: no bound */
    bool is_named;              /* by a section */
};

/*
 * Whether an anchor of this trust may vouch for the subject: nothing excludes it, and where
 * anything is permitted by name or network, something permits it. So a trust that is confined to
 * names vouches for no address, and for nothing that is neither.
 */
bool policy_trust_permits(const struct policy_trust *trust, const struct policy_subject *subject);
