/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The permitted and excluded subtrees of one nameConstraints extension, or of one trust section
 * (RFC 5280 section 4.2.1.10), prepared for comparing. Only for the files of daemon/x509/path.
 */

#include <openssl/x509v3.h>

#include "daemon/x509/path/constraints_options.h"
#include "daemon/x509/path/name_key_set.h"

/* The kinds of names for which constraints are understood. */
enum subtrees_kind {
    SUBTREES_DNS,
    SUBTREES_EMAIL,
    SUBTREES_URI,
    SUBTREES_DIRECTORY,
    SUBTREES_IP,
    SUBTREES_KINDS_COUNT,
};

/* Zero-initialised, it permits everything. The caller calls subtrees_deinit in any case. */
struct subtrees {
    struct name_key_set permitted[SUBTREES_KINDS_COUNT];
    struct name_key_set excluded[SUBTREES_KINDS_COUNT];
    struct name_key_set mailboxes; /* the keys of excluded mailboxes, their local parts folded */
    /* the keys of excluded hosts, for comparing with wildcards (name_key_star_base) */
    struct name_key_set stars;
    /* The number of constraints for each kind, before sealing dropped some. */
    size_t n_permitted[SUBTREES_KINDS_COUNT];
    size_t n_excluded[SUBTREES_KINDS_COUNT];
    /* The subtrees are those of a trust section. An excluded domain then excludes every identity of
     * an end entity that has a host or mailbox in it, whatever its type is. */
    bool is_imposed;
    /* Bit 1 << GEN_… for each kind of name that is constrained and not understood. */
    unsigned unsupported;
};

/* Positive results of reading. */
#define SUBTREES_MALFORMED NAME_KEY_MALFORMED /* a constraint is malformed */
/* A constraint has a maximum, or a minimum other than 0, which RFC 5280 does not allow. */
#define SUBTREES_DISTANCE 2

/*
 * Reads the subtrees of a certificate; for `leading_dot` see constraints_options.h. Returns 0,
 * SUBTREES_MALFORMED, SUBTREES_DISTANCE or -ENOMEM.
 */
int subtrees_read(struct subtrees *subtrees, const NAME_CONSTRAINTS *constraints, bool leading_dot);

/*
 * Reads the names that a trust section permits and excludes. An excluded domain also excludes
 * mailboxes and URIs in it and below it. Returns what subtrees_read returns.
 */
int subtrees_impose(struct subtrees *subtrees, const struct constraints_options *options);

void subtrees_deinit(struct subtrees *subtrees);
